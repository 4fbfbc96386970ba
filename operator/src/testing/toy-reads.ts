import type { ReleaseRevision } from "../helm/releases.ts";
import type { Located, NamespaceMark, ObjectMark, Reads, Workload } from "../world/reads.ts";
import { workloadNow } from "./pods.ts";
import type { State } from "./state.ts";

/** Reads whatever state `of` names at the moment of the question: the world itself, or an old copy. */
export function createToyReads(of: () => State): Reads {
  return {
    instance: ({ namespace, name }) => {
      const { instance } = of();
      const isMeant = instance?.metadata.name === name && instance.metadata.namespace === namespace;
      return Promise.resolve(isMeant ? instance : undefined);
    },
    namespace: (name) => Promise.resolve(namespaceMark(of(), name)),
    releases: (at) => Promise.resolve(of().namespaces[at.targetNamespace] ? releases(of()) : []),
    workloads: (at) => Promise.resolve(workloads(of(), at)),
    service: (at) => {
      const { name } = at.instance;
      const isThere = of().rendered.some((mark) => mark.kind === "Service" && mark.name === name);
      const mark = { namespace: at.targetNamespace, name, clusterIP: "10.0.0.1" };
      return Promise.resolve(isThere ? mark : undefined);
    },
    secret: (namespace, name) => Promise.resolve(of().secrets[`${namespace}/${name}`]),
    reader: () => Promise.resolve(of().reader),
    claims: (at) => Promise.resolve(claims(of(), at)),
    rendered: () => Promise.resolve(of().rendered),
    storeWork: () => Promise.resolve(of().storeWork),
    snapshot: (_namespace, name) => Promise.resolve(of().snapshots[name]),
    lastSnapshot: () => Promise.resolve(undefined),
    controlPlanePods: (at) =>
      Promise.resolve(workloads(of(), at).find(({ app }) => app === "vcluster")?.current ?? 0),
  };
}

function releases({ revisions }: State): readonly ReleaseRevision[] {
  return revisions.map(({ manifest: _inside, ...revision }) => revision);
}

function namespaceMark(state: State, name: string): NamespaceMark | undefined {
  const found = state.namespaces[name];
  if (found === undefined) return undefined;
  const terminating = found.terminatingSinceMs !== undefined;
  return {
    namespace: "",
    name,
    uid: found.uid,
    resourceVersion: found.uid,
    creationTimestamp: "",
    labels: found.labels,
    annotations: found.annotations,
    terminating,
    remaining: terminating ? "Some resources are remaining: pods. has 2 resource instances" : "",
  };
}

function workloads(state: State, at: Located): readonly Workload[] {
  const { name } = at.instance;
  const namespace = at.targetNamespace;
  const { controlPlane, etcd, nowMs } = state;
  const facts = (app: string, set: string) => ({ app, namespace, name: set });
  return [
    ...(controlPlane === undefined
      ? []
      : [workloadNow(controlPlane, nowMs, facts("vcluster", name))]),
    ...(etcd === undefined
      ? []
      : [workloadNow(etcd, nowMs, facts("vcluster-etcd", `${name}-etcd`))]),
  ];
}

/** One volume of the store stands for all of them. */
function claims(state: State, at: Located): readonly ObjectMark[] {
  if (state.dataOf === undefined) return [];
  const app = state.etcd === undefined ? "vcluster" : "vcluster-etcd";
  return [
    {
      namespace: at.targetNamespace,
      name: "data-0",
      uid: `claim-${String(state.volumesSinceMs)}`,
      resourceVersion: "1",
      creationTimestamp: new Date(state.volumesSinceMs).toISOString(),
      labels: { app, release: at.instance.name },
      annotations: {},
    },
  ];
}
