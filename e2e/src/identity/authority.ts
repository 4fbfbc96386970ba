import "reflect-metadata";
import {
  BasicConstraintsExtension,
  PemConverter,
  SubjectAlternativeNameExtension,
  X509CertificateGenerator,
} from "@peculiar/x509";
import type { Pair } from "./pair.ts";

/** A certificate authority that nobody knows. */
export interface Authority {
  /** PEM. */
  readonly cert: string;
  /** A certificate for 127.0.0.1 with a subject such as `CN=alice,O=devs`, valid for an hour around now or as told. */
  issue(subject: string, validity?: Validity): Promise<Pair>;
}

/** When a certificate is valid, epoch milliseconds. */
export interface Validity {
  readonly fromMs: number;
  readonly toMs: number;
}

const ALGORITHM = { name: "ECDSA", namedCurve: "P-256", hash: "SHA-256" };
const HALF_HOUR_MS = 1_800_000;

/** Creates an authority with a key of its own. */
export async function createAuthority(name: string): Promise<Authority> {
  const keys = await crypto.subtle.generateKey(ALGORITHM, true, ["sign", "verify"]);
  const root = await X509CertificateGenerator.createSelfSigned({
    name: `CN=${name}`,
    keys,
    signingAlgorithm: ALGORITHM,
    extensions: [new BasicConstraintsExtension(true)],
  });
  return {
    cert: root.toString("pem"),
    issue: async (subject, validity = aroundNow()) => {
      const own = await crypto.subtle.generateKey(ALGORITHM, true, ["sign", "verify"]);
      const issued = await X509CertificateGenerator.create({
        subject,
        issuer: root.subject,
        publicKey: own.publicKey,
        signingKey: keys.privateKey,
        signingAlgorithm: ALGORITHM,
        notBefore: new Date(validity.fromMs),
        notAfter: new Date(validity.toMs),
        extensions: [new SubjectAlternativeNameExtension([{ type: "ip", value: "127.0.0.1" }])],
      });
      const pkcs8 = await crypto.subtle.exportKey("pkcs8", own.privateKey);
      return { cert: issued.toString("pem"), key: PemConverter.encode(pkcs8, "PRIVATE KEY") };
    },
  };
}

function aroundNow(): Validity {
  const nowMs = Date.now();
  return { fromMs: nowMs - HALF_HOUR_MS, toMs: nowMs + HALF_HOUR_MS };
}
