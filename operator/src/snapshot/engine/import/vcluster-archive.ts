import { keyText } from "../format/key-text.ts";
import type { StoreRecord } from "../format/record.ts";
import { ImportError } from "./import-error.ts";
import { tarEntries } from "./tar-entries.ts";

/** What an archive of `vcluster snapshot` holds, in its order. */
export type ArchiveItem =
  /** JSON of the Helm release that the cluster was installed by; first, where there is one. */
  | { readonly kind: "release"; readonly json: Uint8Array }
  | { readonly kind: "record"; readonly record: StoreRecord };

/** Files of the archive that are about the snapshot, beside those that are keys (vcluster, pkg/snapshot). */
const RELEASE = "/vcluster/snapshot/release";
const OWN = "/vcluster/snapshot/";
/** A file of etcd itself instead of keys; vcluster writes it where etcd runs within the control plane. */
const DATABASE = "/vcluster/snapshot/db";
/** kube-apiserver keeps this Service in every cluster, and few keys come behind it. */
const LATE_KEY = "/registry/services/specs/default/kubernetes";

/**
 * Reads an archive that `vcluster snapshot` wrote (a gzipped tar). Only keys and values are in it: records have no
 * revisions and no leases, and certificates are missing.
 *
 * Rejects with {@link ImportError} while it is read. vcluster leaves an archive that looks whole when its reading of the
 * store fails half way; most of them are told by a key that is missing.
 *
 * @param archive - its bytes; what they reject with is passed on
 */
export async function* readVClusterArchive(
  archive: AsyncIterable<Uint8Array>,
): AsyncGenerator<ArchiveItem> {
  let last: StoreRecord | undefined;
  let isWhole = false;
  for await (const { name, bytes } of tarEntries(archive)) {
    if (name.startsWith(OWN)) {
      refuseDatabase(name);
      if (name === RELEASE) yield { kind: "release", json: bytes };
      continue;
    }
    const record = recordOf(name, bytes);
    if (last !== undefined && repeats(record, last)) continue;
    last = record;
    isWhole ||= name === LATE_KEY;
    yield { kind: "record", record };
  }
  if (isWhole) return;
  throw new ImportError(
    "Truncated",
    `the archive ends at ${last === undefined ? "its start" : keyText(last.key)}, and no cluster is without ${LATE_KEY}`,
  );
}

function refuseDatabase(name: string): void {
  if (name !== DATABASE) return;
  throw new ImportError(
    "Unsupported",
    "the archive holds a database of etcd and no keys: its control plane ran etcd within itself",
  );
}

/** An archive tells of no lease, and events have one: kube-apiserver's default, seconds. */
const EVENTS = "/registry/events/";
const EVENT_TTL = 3_600;

/** vcluster before 0.31 wrote the last key of a page again as the first of the next. */
function repeats({ key, value }: StoreRecord, last: StoreRecord): boolean {
  const order = Buffer.compare(key, last.key);
  if (order > 0) return false;
  if (order === 0 && Buffer.compare(value, last.value) === 0) return true;
  const how = order === 0 ? "comes twice, with different values" : "comes after a later one";
  throw new ImportError("Malformed", `key ${keyText(key)} ${how}`);
}

function recordOf(name: string, value: Uint8Array): StoreRecord {
  if (!name.startsWith("/")) throw new ImportError("Malformed", `${name} is no key of a cluster`);
  const key = Buffer.from(name, "utf8");
  const leaseTtl = name.startsWith(EVENTS) ? EVENT_TTL : 0;
  return { key, value, createRevision: 0, modRevision: 0, version: 0, leaseTtl };
}
