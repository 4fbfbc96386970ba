import "reflect-metadata";
import { createPrivateKey, type webcrypto } from "node:crypto";
import * as x509 from "@peculiar/x509";

/** PEM text of a certificate and its private key. */
export interface ServingCertificate {
  readonly cert: string;
  readonly key: string;
}

const LEAF: webcrypto.EcKeyGenParams = { name: "ECDSA", namedCurve: "P-256" };
const VALID_MS = 24 * 3_600_000;

/** Signs a certificate for a host and its address in the name of a virtual cluster's authority, as its syncer does in memory. */
export async function signServing(
  authority: ServingCertificate,
  { host, address }: { readonly host: string; readonly address: string },
): Promise<ServingCertificate> {
  const issuer = new x509.X509Certificate(authority.cert);
  const signer = createPrivateKey(authority.key);
  const isRsa = signer.asymmetricKeyType === "rsa";
  const algorithm = isRsa
    ? { name: "RSASSA-PKCS1-v1_5", hash: "SHA-256" }
    : { name: "ECDSA", namedCurve: "P-256", hash: "SHA-256" };
  const signingKey = await crypto.subtle.importKey(
    "pkcs8",
    signer.export({ type: "pkcs8", format: "der" }),
    algorithm,
    false,
    ["sign"],
  );
  const pair = await crypto.subtle.generateKey(LEAF, true, ["sign", "verify"]);
  const nowMs = Date.now();
  const cert = await x509.X509CertificateGenerator.create({
    subject: [{ CN: [host.slice(0, 63)] }],
    issuer: issuer.subject,
    publicKey: pair.publicKey,
    signingKey,
    notBefore: new Date(nowMs - 60_000),
    notAfter: new Date(nowMs + VALID_MS),
    signingAlgorithm: algorithm,
    extensions: [
      new x509.SubjectAlternativeNameExtension([
        { type: "dns", value: host },
        { type: "ip", value: address },
      ]),
    ],
  });
  const pkcs8 = await crypto.subtle.exportKey("pkcs8", pair.privateKey);
  return { cert: cert.toString("pem"), key: x509.PemConverter.encode(pkcs8, "PRIVATE KEY") };
}
