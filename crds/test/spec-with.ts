import { LEAST_BUCKET, LEAST_LOCATION } from "./location-refusals.ts";
import { LEAST_OPERATION } from "./operation-refusals.ts";
import { LEAST_RESTORE } from "./restore-refusals.ts";
import type { Kind } from "./schema-nodes.ts";
import { LEAST_SNAPSHOT } from "./snapshot-refusals.ts";

// Required siblings are filled in, because the API server runs rules only on complete objects.
const OF_INSTANCES: Readonly<Record<string, object>> = {
  "spec.ingress": { host: "a.example.com" },
  "spec.ingress.tls": { secretName: "a" },
  "spec.plugins": { name: "plugin", image: "ghcr.io/example/plugin:1.0.0" },
  "spec.backingStore.externalEtcd": {
    endpoint: "https://etcd.example.com:2379",
    tlsSecretRef: { name: "etcd" },
  },
};

const SIBLINGS: Readonly<Record<Kind, Readonly<Record<string, object>>>> = {
  VClusterInstance: OF_INSTANCES,
  VClusterOperation: {
    spec: LEAST_OPERATION,
    "spec.target": LEAST_OPERATION.target,
    "spec.requester": LEAST_OPERATION.requester,
  },
  VClusterSnapshotLocation: { spec: LEAST_LOCATION, "spec.s3": LEAST_BUCKET },
  VClusterSnapshot: { spec: LEAST_SNAPSHOT },
  VClusterRestore: {
    spec: LEAST_RESTORE,
    "spec.snapshotRef": LEAST_RESTORE.snapshotRef,
    "spec.target.newInstance": { name: "copy" },
    "spec.target.newInstance.backingStore": { type: "etcd" },
  },
};

/**
 * The smallest spec that has a value at a place of the schema.
 *
 * @param path - A path below `spec`, such as `spec.plugins[].name`.
 */
export function specWith(kind: Kind, path: string, value: unknown): object {
  const build = (at: string, [step, ...rest]: readonly string[]): unknown => {
    if (step === undefined) return value;
    const name = step.replace("[]", "");
    const below = `${at}.${name}`;
    const child = build(below, rest);
    const complete = rest.length === 0 ? child : { ...SIBLINGS[kind][below], ...(child as object) };
    return { [name]: step.endsWith("[]") ? [complete] : complete };
  };
  const spec = build("spec", path.split(".").slice(1)) as object;
  return path === "spec" ? spec : { ...SIBLINGS[kind]["spec"], ...spec };
}
