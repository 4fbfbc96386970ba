import { randomBytes } from "node:crypto";
import { decrypt, encrypt, NONCE_BYTES } from "../crypto/aead.ts";
import type { Kek } from "../crypto/kek.ts";
import type { Dek } from "../crypto/key-ring.ts";
import {
  canonicalJson,
  corruptAt,
  readClearObject,
  writeClearObject,
} from "../format/clear-object.ts";
import { FORMAT } from "../format/manifest.ts";
import { matching, moment, object, oneOf, type Parser } from "../format/parser.ts";
import { SnapshotError } from "../format/snapshot-error.ts";
import { keyObjectKey } from "./paths.ts";

/** `root` makes ids and MACs, `data` encrypts. */
export type KeyPurpose = "root" | "data";

/** What a key object tells without its KEK. */
export interface KeyFacts {
  readonly format: typeof FORMAT;
  readonly repoId: string;
  readonly keyId: string;
  readonly kekId: string;
  readonly purpose: KeyPurpose;
  readonly createdAt: string;
}

interface KeyObject extends KeyFacts {
  readonly nonce: string;
  /** Encrypted key and tag. */
  readonly wrapped: string;
}

const HEX_ID = /^[0-9a-f]{16}$/;

const keyObject: Parser<KeyObject> = object<KeyObject>({
  format: oneOf([FORMAT]),
  repoId: matching(/^[0-9a-f-]{36}$/),
  keyId: matching(HEX_ID),
  kekId: matching(HEX_ID),
  purpose: oneOf(["root", "data"]),
  createdAt: moment,
  nonce: matching(/^[0-9a-f]{24}$/),
  wrapped: matching(/^[0-9a-f]{96}$/),
});

/** A key of a repository, wrapped for one KEK: the object's key and its bytes. */
export function wrapKey(
  dek: Dek,
  kek: Kek,
  about: Pick<KeyFacts, "repoId" | "purpose" | "createdAt">,
): { readonly objectKey: string; readonly bytes: Uint8Array } {
  const { repoId, purpose, createdAt } = about;
  const facts = { format: FORMAT, repoId, keyId: dek.id, kekId: kek.id, purpose, createdAt };
  const nonce = randomBytes(NONCE_BYTES);
  const associated = Buffer.from(canonicalJson(facts));
  const wrapped = Buffer.concat(encrypt({ key: kek.key, nonce, associated }, dek.key));
  const body = { ...facts, nonce: nonce.toString("hex"), wrapped: wrapped.toString("hex") };
  const objectKey = keyObjectKey(dek.id, kek.id);
  return { objectKey, bytes: writeClearObject(objectKey, body, undefined) };
}

/** What was wrapped for this KEK. Throws SnapshotError Corrupt. */
export function unwrapKey(
  objectKey: string,
  bytes: Uint8Array,
  kek: Kek,
): { readonly facts: KeyFacts; readonly dek: Dek } {
  const body = readClearObject(objectKey, bytes, undefined);
  const { nonce, wrapped, ...facts } = corruptAt(objectKey, () => keyObject(body, "key"));
  const associated = Buffer.from(canonicalJson(facts));
  const input = { key: kek.key, nonce: Buffer.from(nonce, "hex"), associated };
  const key = decrypt(input, Buffer.from(wrapped, "hex"));
  if (key === undefined || objectKey !== keyObjectKey(facts.keyId, kek.id)) {
    throw new SnapshotError("Corrupt", objectKey, "does not hold the key that it names");
  }
  return { facts, dek: { id: facts.keyId, key } };
}
