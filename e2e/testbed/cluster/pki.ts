import "reflect-metadata";
import type { webcrypto } from "node:crypto";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import * as x509 from "@peculiar/x509";

const ALGORITHM: webcrypto.EcKeyGenParams = { name: "ECDSA", namedCurve: "P-256" };
const VALID_MS = 365 * 24 * 3_600_000;
const BACKDATED_MS = 24 * 3_600_000;

/** PEM text of a certificate and its private key. */
export interface KeyPair {
  readonly cert: string;
  readonly key: string;
}

/** The certificate authority of one testbed. */
export interface Authority {
  readonly caCert: string;
  /** PEM. */
  readonly caKey: string;
  /** Issues a certificate that is good as server and client. */
  issue(request: {
    readonly commonName: string;
    readonly organization?: string;
    readonly hosts?: readonly string[];
  }): Promise<KeyPair>;
}

/** A new authority. */
export async function createAuthority(now: Date): Promise<Authority> {
  const keys = await crypto.subtle.generateKey(ALGORITHM, true, ["sign", "verify"]);
  const name = "CN=open-vcluster-testbed";
  // Tests turn clocks back.
  const notBefore = new Date(now.getTime() - BACKDATED_MS);
  const notAfter = new Date(now.getTime() + VALID_MS);
  const ca = await x509.X509CertificateGenerator.createSelfSigned({
    name,
    keys,
    notBefore,
    notAfter,
    signingAlgorithm: { name: "ECDSA", hash: "SHA-256" },
    extensions: [
      new x509.BasicConstraintsExtension(true, undefined, true),
      new x509.KeyUsagesExtension(
        x509.KeyUsageFlags.keyCertSign |
          x509.KeyUsageFlags.cRLSign |
          x509.KeyUsageFlags.digitalSignature,
        true,
      ),
      await x509.SubjectKeyIdentifierExtension.create(keys.publicKey),
    ],
  });
  return authorityOf(ca, keys.privateKey);
}

/** An authority that was made before; PEM. */
export async function openAuthority({ cert, key }: KeyPair): Promise<Authority> {
  const pkcs8 = x509.PemConverter.decodeFirst(key);
  const signingKey = await crypto.subtle.importKey("pkcs8", pkcs8, ALGORITHM, true, ["sign"]);
  return authorityOf(new x509.X509Certificate(cert), signingKey);
}

async function authorityOf(
  ca: x509.X509Certificate,
  signingKey: webcrypto.CryptoKey,
): Promise<Authority> {
  const { notBefore, notAfter } = ca;
  return {
    caCert: ca.toString("pem"),
    caKey: await privatePem(signingKey),
    async issue(request) {
      const pair = await crypto.subtle.generateKey(ALGORITHM, true, ["sign", "verify"]);
      const subject = [{ CN: [request.commonName] }];
      const cert = await x509.X509CertificateGenerator.create({
        subject:
          request.organization === undefined
            ? subject
            : [{ O: [request.organization] }, ...subject],
        issuer: ca.subject,
        publicKey: pair.publicKey,
        signingKey,
        notBefore,
        notAfter,
        signingAlgorithm: { name: "ECDSA", hash: "SHA-256" },
        extensions: [
          new x509.KeyUsagesExtension(x509.KeyUsageFlags.digitalSignature, true),
          new x509.ExtendedKeyUsageExtension([
            x509.ExtendedKeyUsage.serverAuth,
            x509.ExtendedKeyUsage.clientAuth,
          ]),
          ...(request.hosts === undefined
            ? []
            : [new x509.SubjectAlternativeNameExtension(request.hosts.map(alternativeName))]),
        ],
      });
      return { cert: cert.toString("pem"), key: await privatePem(pair.privateKey) };
    },
  };
}

/** Private and public PEM of a key for ServiceAccount tokens. */
export async function createSigningKey(): Promise<{ readonly key: string; readonly pub: string }> {
  const pair = await crypto.subtle.generateKey(ALGORITHM, true, ["sign", "verify"]);
  const spki = await crypto.subtle.exportKey("spki", pair.publicKey);
  return {
    key: await privatePem(pair.privateKey),
    pub: x509.PemConverter.encode(spki, "PUBLIC KEY"),
  };
}

/** Writes `NAME.crt` and `NAME.key` (the latter for the owner alone) and returns their paths. */
export function writePair(
  directory: string,
  name: string,
  pair: KeyPair,
): { readonly certFile: string; readonly keyFile: string } {
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  const certFile = join(directory, `${name}.crt`);
  const keyFile = join(directory, `${name}.key`);
  writeFileSync(certFile, pair.cert, { mode: 0o644 });
  writeFileSync(keyFile, pair.key, { mode: 0o600 });
  return { certFile, keyFile };
}

async function privatePem(key: webcrypto.CryptoKey): Promise<string> {
  return x509.PemConverter.encode(await crypto.subtle.exportKey("pkcs8", key), "PRIVATE KEY");
}

function alternativeName(host: string): { readonly type: "ip" | "dns"; readonly value: string } {
  return { type: /^[\d.]+$/.test(host) ? "ip" : "dns", value: host };
}
