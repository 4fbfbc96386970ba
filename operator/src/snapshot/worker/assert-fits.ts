import {
  keyText,
  type Repository,
  RestoreError,
  type RestoreRules,
  readIndex,
  type Snapshot,
} from "../engine/index.ts";

/** etcd's default `--max-request-bytes`, less what a transaction adds to one key and its value. */
const MOST_BYTES = 1.5 * (1 << 20) - 4_096;
const NAMED = 3;

/** Fails for what an etcd does not take: kine lets values in that are a little larger. */
export async function assertFitsEtcd(
  repository: Repository,
  snapshot: Snapshot,
  { rules, ...call }: { readonly rules: RestoreRules; readonly signal: AbortSignal },
): Promise<void> {
  const tooLarge: string[] = [];
  for await (const entries of readIndex(repository, snapshot, call)) {
    for (const { key, valueBytes } of entries) {
      if (key.length + valueBytes <= MOST_BYTES || !rules.covers(keyText(key))) continue;
      if (tooLarge.length < NAMED) tooLarge.push(`${keyText(key)} (${valueBytes} bytes)`);
    }
  }
  if (tooLarge.length === 0) return;
  const message = `etcd takes at most ${MOST_BYTES} bytes of one object: ${tooLarge.join(", ")}`;
  throw new RestoreError("ValueTooLarge", message);
}
