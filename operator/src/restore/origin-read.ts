import { PARTS } from "../snapshot/contents.ts";
import { openSnapshot, readMetadata } from "../snapshot/engine/index.ts";
import type { PlaceSeen } from "../snapshot/place/place.ts";
import { reasonOf } from "../snapshot/reason-of.ts";
import { failureOf } from "../snapshot/worker/failure.ts";
import { openTaskRepository } from "../snapshot/worker/open-repository.ts";
import { isJsonObject, type JsonValue } from "../values/json.ts";
import type { OriginSeen } from "./origin-seen.ts";

/** Which snapshot. */
interface Wanted {
  readonly place: Extract<PlaceSeen, { kind: "place" }>;
  /** UID of the instance that it was taken of. */
  readonly uid: string;
  readonly snapId: string;
}

/** What is known of an origin by itself. */
export type Origin =
  | Omit<Extract<OriginSeen, { kind: "known" }>, "hasIdentity">
  | Extract<OriginSeen, { kind: "unknown" }>;

/** Reads what a snapshot keeps beside the store: some objects of a few kilobytes. */
export async function readOrigin(
  { place, uid, snapId }: Wanted,
  signal: AbortSignal,
): Promise<Origin> {
  try {
    const run = { tell: () => undefined, now: () => new Date(), signal };
    const repository = await openTaskRepository({ ...place.repository, create: false }, run);
    const snapshot = await openSnapshot(repository, { uid, snapId }, { signal });
    const read = async (name: string): Promise<JsonValue | undefined> => {
      const bytes = await readMetadata(repository, snapshot, name, { signal });
      return bytes === undefined
        ? undefined
        : (JSON.parse(Buffer.from(bytes).toString("utf8")) as JsonValue);
    };
    const instance = await read(PARTS.instance);
    const certificates = await read(PARTS.certificates);
    if (!isJsonObject(instance) || !isJsonObject(instance["spec"])) {
      const message = "The snapshot does not say how its instance was configured";
      return { kind: "unknown", reason: "SnapshotDamaged", message, retry: false };
    }
    return {
      kind: "known",
      spec: instance["spec"],
      labels: labelsOf(instance["metadata"]),
      certificates: isJsonObject(certificates)
        ? (certificates as Readonly<Record<string, string>>)
        : undefined,
    };
  } catch (thrown) {
    signal.throwIfAborted();
    const { reason, message, retry } = failureOf(thrown);
    return { kind: "unknown", reason: reasonOf(reason), message, retry };
  }
}

function labelsOf(metadata: JsonValue | undefined): Readonly<Record<string, string>> {
  const labels = isJsonObject(metadata) ? metadata["labels"] : undefined;
  return isJsonObject(labels) ? (labels as Readonly<Record<string, string>>) : {};
}
