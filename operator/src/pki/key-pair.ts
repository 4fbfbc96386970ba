import { generateKeyPairSync, type KeyObject } from "node:crypto";

/** Algorithm of every key and signature: the elliptic keys that kubeadm also knows (`ECDSA-P256`). */
export const KEY_ALGORITHM = { name: "ECDSA", namedCurve: "P-256", hash: "SHA-256" } as const;

/** A key pair in the two forms that are needed: for signing, and as the files that Go reads. */
export interface KeyPair {
  readonly publicKey: KeyObject;
  readonly privateKey: KeyObject;
}

/** Makes a P-256 key pair. Takes well under a millisecond. */
export function createKeyPair(): KeyPair {
  return generateKeyPairSync("ec", { namedCurve: "P-256" });
}

/** PEM `EC PRIVATE KEY` (SEC 1), the form in which kubeadm writes elliptic keys. */
export function privateKeyPem(pair: KeyPair): string {
  return pair.privateKey.export({ format: "pem", type: "sec1" }).toString();
}

/** PEM `PUBLIC KEY` (PKIX), the form of `sa.pub`. */
export function publicKeyPem(pair: KeyPair): string {
  return pair.publicKey.export({ format: "pem", type: "spki" }).toString();
}
