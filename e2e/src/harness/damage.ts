import { readObject, writeObject } from "../../testbed/cluster/bucket.ts";
import type { Dice } from "./seed.ts";
import type { Bucket } from "./snapshots.ts";

/** A bit of an object that was turned. */
export interface Flip {
  /** Which one, for people. */
  readonly told: string;
  /** Turns it back. */
  undo(): Promise<void>;
}

/** Turns one bit of an object, through S3: a server that keeps digests of its files would find it on its disk. */
export async function flipBit({ minio, name }: Bucket, key: string, dice: Dice): Promise<Flip> {
  const content = await readObject(minio, name, key);
  const at = dice.below(content.length);
  const bit = dice.below(8);
  const flipped = Buffer.from(content);
  flipped.writeUInt8(flipped.readUInt8(at) ^ (1 << bit), at);
  await writeObject(minio, name, { key, content: flipped });
  return {
    told: `${key}, byte ${String(at)} of ${String(content.length)}, bit ${String(bit)}`,
    undo: () => writeObject(minio, name, { key, content }),
  };
}
