import { API_VERSION, type VClusterSnapshot } from "@open-vcluster/crds";
import { type ObjectKey, timeText } from "@open-vcluster/runtime";
import type { Report } from "../snapshot/decision.ts";
import type { ManifestHeader } from "../snapshot/engine/index.ts";
import { typeOfSnapshot } from "../snapshot/result-fields.ts";
import { FOUND } from "../snapshot/standing.ts";

const STORES = ["sqlite", "etcd", "externalEtcd"] as const;
const MOST_NAME = 40;

/** The object for a snapshot that was found; its name is made of the instance and the id. Pure. */
export function foundObject(
  { snapId, subject }: ManifestHeader,
  namespace: string,
  location: ObjectKey,
): VClusterSnapshot {
  return {
    apiVersion: API_VERSION,
    kind: "VClusterSnapshot",
    metadata: { name: `${subject.name.slice(0, MOST_NAME)}-${snapId.toLowerCase()}`, namespace },
    spec: {
      instanceRef: { name: subject.name },
      ...(location.namespace === namespace ? { locationRef: { name: location.name } } : {}),
      snapshotID: snapId,
      // Whoever deletes the object of a bucket that others use too does not mean the data.
      deletionPolicy: "Retain",
    },
  };
}

/** What is told of a snapshot that was found. Pure. */
export function foundReport(header: ManifestHeader, location: ObjectKey): Report {
  const { subject, parent, expiresAt } = header;
  const { chart, kubernetes, store, identity } = subject.facts;
  const kind = STORES.find((each) => each === store);
  return {
    ...FOUND,
    fields: {
      snapshotID: header.snapId,
      instanceUID: subject.uid,
      location: { namespace: location.namespace ?? "", name: location.name },
      type: typeOfSnapshot(header.kind),
      revision: String(header.revision),
      keys: header.keys,
      logicalBytes: header.valueBytes,
      addedBytes: header.addedBytes,
      chainLength: header.chainLength,
      ...(identity === undefined ? {} : { identity }),
      ...(parent === null ? {} : { parent: parent.snapId }),
      completionTime: timeText(Date.parse(header.completedAt)),
      ...(expiresAt === null ? {} : { expirationTime: timeText(Date.parse(expiresAt)) }),
      versions: {
        ...(chart === undefined || chart === "" ? {} : { chart }),
        ...(kubernetes === undefined || kubernetes === "" ? {} : { kubernetes }),
        ...(kind === undefined ? {} : { store: kind }),
      },
    },
  };
}
