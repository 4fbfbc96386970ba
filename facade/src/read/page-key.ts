import { createHash, randomBytes } from "node:crypto";
import { readFile } from "node:fs/promises";
import { Failure } from "@open-vcluster/runtime";

const KEY_BYTES = 32;

/**
 * The key of page tokens: made from the file that all replicas share, or a random one of this process. Throws `invalid`
 * when the file cannot be read or is too short to be a secret.
 */
export async function readPageKey(file: string | undefined): Promise<Uint8Array> {
  if (file === undefined) return randomBytes(KEY_BYTES);
  const content = await readFile(file).catch((cause: unknown) => {
    throw new Failure("invalid", "PageTokenKeyUnreadable", `${file} cannot be read`, { cause });
  });
  if (content.length < KEY_BYTES) {
    const text = `${file} has less than ${KEY_BYTES} bytes; write random ones into it`;
    throw new Failure("invalid", "PageTokenKeyShort", text);
  }
  return createHash("sha256").update(content).digest();
}
