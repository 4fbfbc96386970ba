import type { Json, Kubectl } from "./kubectl.ts";

interface Listed extends Json {
  readonly kind: string;
  readonly apiVersion: string;
  readonly metadata: {
    readonly name: string;
    readonly namespace?: string;
    readonly resourceVersion?: string;
    readonly [field: string]: unknown;
  };
}

/**
 * Kinds that the control plane writes by itself all the time: heart-beats, what is computed from pods, what pods are
 * doing; and events, which are not restored.
 */
const ALIVE = [
  "bindings",
  "componentstatuses",
  "events",
  "events.events.k8s.io",
  "endpoints",
  "endpointslices.discovery.k8s.io",
  "ipaddresses.networking.k8s.io",
  "leases.coordination.k8s.io",
  "nodes",
  "pods",
];

/** Every object of a cluster that does not change by itself, by `kind namespace/name`, as it is but for its version. */
export async function censusOf(kubectl: Kubectl): Promise<ReadonlyMap<string, Json>> {
  const names = await kubectl.run(["api-resources", "--verbs=list", "-o", "name"]);
  const kinds = names.split("\n").filter((name) => name !== "" && !ALIVE.includes(name));
  const objects = await kubectl.list<Listed>(kinds.join(","), "-A");
  return new Map(objects.map((object) => [keyOf(object), withoutVersion(object)] as const));
}

/** What differs between two looks at a cluster: one line for each object. */
export function differences(
  before: ReadonlyMap<string, Json>,
  after: ReadonlyMap<string, Json>,
): readonly string[] {
  const keys = [...new Set([...before.keys(), ...after.keys()])].sort();
  return keys.flatMap((key) => {
    const [was, is] = [before.get(key), after.get(key)];
    if (was === undefined) return [`${key} appeared`];
    if (is === undefined) return [`${key} is gone`];
    const [old, now] = [JSON.stringify(was), JSON.stringify(is)];
    return old === now ? [] : [`${key} was ${old} and is ${now}`];
  });
}

function keyOf({ apiVersion, kind, metadata }: Listed): string {
  return `${kind}.${apiVersion} ${metadata.namespace ?? ""}/${metadata.name}`;
}

function withoutVersion(object: Listed): Json {
  const { metadata, ...rest } = object;
  const { resourceVersion: _version, ...kept } = metadata;
  switch (object.kind) {
    case "Service":
      return withoutAddress(object);
    case "Deployment":
      return { metadata: kept, ...rest, status: withoutMoments(object["status"] as Json) };
    default:
      return { metadata: kept, ...rest };
  }
}

/** When its pods became available is of the pods; controllers that begin anew see them come. */
function withoutMoments({ conditions, ...status }: Json): Json {
  const texts = (conditions as readonly Json[]).map(({ type, status, reason }) =>
    [type, status, reason].join(" "),
  );
  return { ...status, conditions: texts.sort() };
}

/**
 * The address of a Service is that of its counterpart on the host. Where that was made anew, the syncer makes the Service
 * anew as well.
 */
function withoutAddress({ metadata, spec, status }: Listed): Json {
  const { labels, annotations } = metadata;
  const { clusterIP: _address, clusterIPs: _addresses, ...kept } = (spec ?? {}) as Json;
  return { metadata: { labels, annotations }, spec: kept, status };
}
