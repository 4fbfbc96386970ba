import type { S3Calls, Target } from "./s3-calls.ts";
import { s3Error } from "./s3-error.ts";

/** As many as the protocol allows. */
const DELETED_AT_ONCE = 1000;

/** What the store says of one object that it did not delete; the client's own type of it is wrong. */
interface Refusal {
  readonly Key?: string;
  readonly Code?: string;
  readonly Message?: string;
}

/** Deletes objects, those that it may also if it may not delete others. */
export async function remove(calls: S3Calls, targets: readonly Target[]): Promise<void> {
  let failed: PromiseRejectedResult | undefined;
  for (let from = 0; from < targets.length; from += DELETED_AT_ONCE) {
    const removing = removeSome(calls, targets.slice(from, from + DELETED_AT_ONCE));
    const [end] = await Promise.allSettled([removing]);
    if (end.status === "rejected") failed ??= end;
  }
  if (failed !== undefined) throw failed.reason;
}

async function removeSome(calls: S3Calls, targets: readonly Target[]): Promise<void> {
  const [first] = targets;
  if (first === undefined) return;
  const names = targets.map(({ objectName }) => objectName);
  await calls.call(first.key, first.signal, async (client, exchange) => {
    const refusals = (await client.removeObjects(calls.bucket, names)) as readonly Refusal[];
    const refusal = refusals.find(({ Code }) => Code !== "NoSuchKey");
    if (refusal === undefined) return;
    const target = targets.find(({ objectName }) => objectName === refusal.Key) ?? first;
    const { Code: code, Message: message } = refusal;
    throw s3Error(target.key, { code, message }, exchange.status());
  });
}
