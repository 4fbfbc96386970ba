import "reflect-metadata";
import type { webcrypto } from "node:crypto";
import {
  BasicConstraintsExtension,
  SubjectAlternativeNameExtension,
  X509CertificateGenerator,
} from "@peculiar/x509";

const ALGORITHM = { name: "ECDSA", namedCurve: "P-256", hash: "SHA-256" };

/** A key and its certificate, PEM. */
export interface Identity {
  readonly key: string;
  readonly cert: string;
}

/** A certificate authority of a test. */
export interface Authority {
  readonly cert: string;
  /** A certificate for 127.0.0.1 with this subject, such as `CN=alice,O=devs`; valid for an hour from `notBefore`. */
  issue(subject: string, notBefore?: Date): Promise<Identity>;
}

const HOUR_MS = 3_600_000;

/** Creates an authority that nobody else trusts. */
export async function createAuthority(name: string): Promise<Authority> {
  const keys = await newKeys();
  const certificate = await X509CertificateGenerator.createSelfSigned({
    name: `CN=${name}`,
    keys,
    signingAlgorithm: ALGORITHM,
    extensions: [new BasicConstraintsExtension(true)],
  });
  return {
    cert: certificate.toString("pem"),
    issue: async (subject, notBefore = new Date(Date.now() - HOUR_MS / 2)) => {
      const own = await newKeys();
      const issued = await X509CertificateGenerator.create({
        subject,
        issuer: certificate.subject,
        publicKey: own.publicKey,
        signingKey: keys.privateKey,
        signingAlgorithm: ALGORITHM,
        notBefore,
        notAfter: new Date(notBefore.getTime() + HOUR_MS),
        extensions: [new SubjectAlternativeNameExtension([{ type: "ip", value: "127.0.0.1" }])],
      });
      return { key: await privatePem(own), cert: issued.toString("pem") };
    },
  };
}

function newKeys(): Promise<webcrypto.CryptoKeyPair> {
  return crypto.subtle.generateKey(ALGORITHM, true, ["sign", "verify"]);
}

async function privatePem({ privateKey }: webcrypto.CryptoKeyPair): Promise<string> {
  const pkcs8 = Buffer.from(await crypto.subtle.exportKey("pkcs8", privateKey));
  const lines = pkcs8.toString("base64").replace(/(.{64})/g, "$1\n");
  return `-----BEGIN PRIVATE KEY-----\n${lines}\n-----END PRIVATE KEY-----\n`;
}
