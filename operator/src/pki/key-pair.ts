import { createHash, createPublicKey, generateKeyPairSync, type KeyObject } from "node:crypto";

/** Algorithm of every key and signature: the elliptic keys that kubeadm also knows (`ECDSA-P256`). */
export const KEY_ALGORITHM = { name: "ECDSA", namedCurve: "P-256", hash: "SHA-256" } as const;

/** A key pair, and the forms of its public half that certificates hold. */
export interface KeyPair {
  readonly privateKey: KeyObject;
  /** PKIX, DER. */
  readonly publicKeyInfo: Buffer;
  /** Hexadecimal SHA-1 of the public point: the usual key identifier (RFC 5280, 4.2.1.2). */
  readonly keyIdentifier: string;
}

/** Bytes of an uncompressed P-256 point, which ends the PKIX form. */
const POINT_BYTES = 65;

/** Makes a P-256 key pair. */
export function createKeyPair(): KeyPair {
  const { privateKey, publicKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
  const publicKeyInfo = publicKey.export({ format: "der", type: "spki" });
  const keyIdentifier = createHash("sha1")
    .update(publicKeyInfo.subarray(-POINT_BYTES))
    .digest("hex");
  return { privateKey, publicKeyInfo, keyIdentifier };
}

/** PEM `EC PRIVATE KEY` (SEC 1), the form in which kubeadm writes elliptic keys. */
export function privateKeyPem(pair: KeyPair): string {
  return pair.privateKey.export({ format: "pem", type: "sec1" }).toString();
}

/** PEM `PUBLIC KEY` (PKIX), the form of `sa.pub`. */
export function publicKeyPem(pair: KeyPair): string {
  return createPublicKey(pair.privateKey).export({ format: "pem", type: "spki" }).toString();
}
