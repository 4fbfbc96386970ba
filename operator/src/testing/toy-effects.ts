import {
  AWAITING_WORKLOADS_ANNOTATION,
  certsSecretName,
  DRAIN_ABORTED_ANNOTATION,
  DRAIN_LABEL,
  DRAIN_STARTED_ANNOTATION,
  escrowSecretName,
  FAILED_DIGEST_ANNOTATION,
  IDENTITY_ANNOTATION,
  INSTANCE_FINALIZER,
  kubeconfigSecretName,
  SERVED_ANNOTATION,
  SOURCE_VERSION_ANNOTATION,
  virtualKubeconfigSecretName,
} from "@open-vcluster/crds";
import { Failure } from "@open-vcluster/runtime";
import type { EvictionOutcome } from "../drain/evict.ts";
import type { InstanceAction } from "../instance/action.ts";
import type { Effects, Outcome } from "../instance/effects/effect.ts";
import { endpointOf, ownershipLabels, sourceVersionOf } from "../instance/identity.ts";
import { readerObjects, type ServiceAccountName } from "../kubeconfig/reader.ts";
import { kubeconfigSource } from "../kubeconfig/secret.ts";
import { externalEtcdSecretName } from "../values/render/v1/store.ts";
import { grantOf } from "../world/project.ts";
import type { Located } from "../world/reads.ts";
import { nextSerial, putSecret, type State } from "./state.ts";
import { type HelmFault, rollback, uninstall, upgradeInstall } from "./toy-helm.ts";

/** How long a pod takes to leave after its eviction. */
const LEAVE_MS = 1_000;

/** Where an effect takes place. */
export interface Scene {
  readonly state: State;
  readonly at: Located;
  readonly operatorId: string;
  readonly operatorNamespace: string;
  readonly reader: ServiceAccountName;
  /** What happens to Helm if this effect runs it. */
  readonly helmFault: HelmFault;
}

type ToyEffects = {
  readonly [K in keyof Effects]: (
    action: Extract<InstanceAction, { kind: K }>,
    scene: Scene,
  ) => Outcome | undefined;
};

type Marks = Readonly<Record<string, string | null>>;

/** Performs an effect on plain data, as the real one does on a cluster. */
export function performToy(
  action: Exclude<InstanceAction, { kind: "none" }>,
  scene: Scene,
): Outcome {
  const effect = EFFECTS[action.kind];
  return (
    (effect as (action: InstanceAction, scene: Scene) => Outcome | undefined)(action, scene) ?? {}
  );
}

const EFFECTS: ToyEffects = {
  addFinalizer: (_action, { state }) => {
    const { instance } = state;
    if (instance === undefined) throw new Failure("notFound", "NotFound", "It is gone");
    const { metadata } = instance;
    if (metadata.deletionTimestamp !== undefined) {
      throw new Failure("invalid", "Invalid", "No finalizer can be added any more");
    }
    const finalizers = [...(metadata.finalizers ?? []), INSTANCE_FINALIZER];
    state.instance = { ...instance, metadata: { ...metadata, finalizers, ...bump(state) } };
    return undefined;
  },
  createNamespace: (_action, { state, at, operatorId }) => {
    if (state.namespaces[at.targetNamespace] !== undefined) {
      throw new Failure("conflict", "AlreadyExists", "The namespace exists");
    }
    state.namespaces[at.targetNamespace] = {
      uid: `uid-${nextSerial(state)}`,
      labels: ownershipLabels(at.instance, operatorId),
      annotations: {},
    };
    return undefined;
  },
  createEscrow: (_action, { state, ...scene }) => {
    const authority = `authority-${nextSerial(state)}`;
    putEscrow({ state, ...scene }, authority, undefined);
    return undefined;
  },
  writeCerts: (_action, scene) => {
    const { state, at } = scene;
    const authority = state.authorities[escrowId(scene)];
    if (authority === undefined) throw new Failure("corrupt", "PKILost", "The copy is incomplete");
    checkTarget(scene);
    const key = { namespace: at.targetNamespace, name: certsSecretName(at.instance.name) };
    putSecret(state, key, { labels: labels(scene), annotations: {} });
    state.authorities[`${key.namespace}/${key.name}`] = authority;
    return undefined;
  },
  followCerts: (_action, scene) => {
    const { state, at } = scene;
    const id = `${at.targetNamespace}/${certsSecretName(at.instance.name)}`;
    const authority = state.authorities[id];
    if (authority === undefined) return undefined;
    putEscrow(scene, authority, state.secrets[id]?.resourceVersion);
    return undefined;
  },
  copyExternalEtcdSecret: (_action, scene) => {
    const { state, at } = scene;
    const from = state.instance?.spec.backingStore?.externalEtcd?.tlsSecretRef.name ?? "";
    const source = state.secrets[`${at.instance.namespace}/${from}`];
    if (source === undefined) {
      throw new Failure("invalid", "ExternalEtcdSecretMissing", `Secret ${from} is missing`);
    }
    const key = { namespace: at.targetNamespace, name: externalEtcdSecretName(at.instance.name) };
    const annotations = { [SOURCE_VERSION_ANNOTATION]: sourceVersionOf(source) };
    putSecret(state, key, { labels: labels(scene), annotations });
    return undefined;
  },
  deletePendingRevision: ({ revision }, { state }) => {
    state.revisions = state.revisions.filter(
      ({ uid, resourceVersion }) =>
        uid !== revision.uid || resourceVersion !== revision.resourceVersion,
    );
    return undefined;
  },
  takeSnapshot: ({ name }, { state }) => {
    state.snapshots[name] = { kind: "unfinished" };
    return undefined;
  },
  markDraining: (_action, scene) => {
    mark(scene, {
      labels: { [DRAIN_LABEL]: "true" },
      annotations: { [DRAIN_STARTED_ANNOTATION]: now(scene), [DRAIN_ABORTED_ANNOTATION]: null },
    });
  },
  evictPods: ({ pods }, { state }) => {
    const evictions = pods.map((pod): EvictionOutcome => {
      const found = state.pods.find(({ uid }) => uid === pod.uid);
      if (found === undefined) return { kind: "gone", pod };
      if (!found.blocked) return { kind: "evicted", pod };
      const message = "Cannot evict pod as it would violate the pod's disruption budget.";
      return { kind: "refused", pod, message };
    });
    const gone = evictions.filter(({ kind }) => kind === "evicted").map(({ pod }) => pod.uid);
    leave(state, gone);
    return { evictions };
  },
  deletePods: ({ pods }, { state }) => {
    leave(
      state,
      pods.map(({ uid }) => uid),
    );
    return undefined;
  },
  abortDrain: (_action, scene) => {
    mark(scene, {
      labels: { [DRAIN_LABEL]: null },
      annotations: {
        [DRAIN_STARTED_ANNOTATION]: null,
        [DRAIN_ABORTED_ANNOTATION]: String(scene.state.instance?.metadata.generation ?? 0),
      },
    });
  },
  unmarkDraining: (_action, scene) => {
    mark(scene, {
      labels: { [DRAIN_LABEL]: null },
      annotations: { [DRAIN_STARTED_ANNOTATION]: null },
    });
  },
  markAwaitingWorkloads: (_action, scene) => {
    mark(scene, { annotations: { [AWAITING_WORKLOADS_ANNOTATION]: now(scene) } });
  },
  unmarkAwaitingWorkloads: (_action, scene) => {
    mark(scene, { annotations: { [AWAITING_WORKLOADS_ANNOTATION]: null } });
  },
  applyRelease: ({ release, chartPath }, scene) => {
    checkTarget(scene);
    if (chartPath === "") scene.state.violations.push("Helm was run without a chart");
    upgradeInstall(scene, release, scene.helmFault);
    if (scene.state.instance?.spec.sync?.fromHost?.nodes === true) scene.state.clusterObjects = 1;
    return undefined;
  },
  markServed: ({ versions }, scene) => {
    mark(scene, { annotations: { [SERVED_ANNOTATION]: versions } });
  },
  markFailed: ({ digest }, scene) => {
    mark(scene, { annotations: { [FAILED_DIGEST_ANNOTATION]: digest } });
  },
  rollBack: ({ toRevision }, scene) => {
    checkTarget(scene);
    rollback(scene, toRevision, scene.helmFault);
    return undefined;
  },
  unmarkFailed: (_action, scene) => {
    mark(scene, { annotations: { [FAILED_DIGEST_ANNOTATION]: null } });
  },
  prune: (_action, { state }) => {
    const digest = state.revisions.at(-1)?.valuesDigest;
    state.rendered = state.rendered.filter(({ render }) => render === digest);
    return undefined;
  },
  markHealthy: ({ revision }, { state }) => {
    state.revisions = state.revisions.map((known) =>
      known.uid === revision.uid
        ? { ...known, healthy: true, modifiedAtMs: state.nowMs, resourceVersion: nextSerial(state) }
        : known,
    );
    return undefined;
  },
  writeKubeconfig: (_action, scene) => {
    const { state, at } = scene;
    const { name, namespace } = at.instance;
    const id = `${at.targetNamespace}/${virtualKubeconfigSecretName(name)}`;
    const source = state.secrets[id];
    if (source === undefined || state.instance === undefined) return undefined;
    const endpoint = endpointOf(state.instance, at, "10.0.0.1");
    const annotations = {
      [SOURCE_VERSION_ANNOTATION]: kubeconfigSource(sourceVersionOf(source), endpoint),
    };
    const key = { namespace, name: kubeconfigSecretName(name) };
    putSecret(state, key, { labels: labels(scene), annotations });
    return undefined;
  },
  writeReader: (_action, scene) => {
    const { state, at, reader } = scene;
    const request = { at, reader, labels: labels(scene) };
    const owner = { apiVersion: "", kind: "", name: at.instance.name, uid: "" };
    state.reader = readerObjects(request, owner).map(({ role, binding }) => ({
      role: grantOf(role),
      binding: grantOf(binding),
    }));
    return undefined;
  },
  uninstall: (_action, scene) => {
    checkTarget(scene);
    uninstall(scene);
    return undefined;
  },
  // Nothing opens a way to the store here.
  closeStore: () => undefined,
  deleteTenantPods: (_action, { state }) => {
    state.pods = [];
    return undefined;
  },
  deleteNamespace: (_action, scene) => {
    checkTarget(scene);
    const { state, at } = scene;
    const known = state.namespaces[at.targetNamespace];
    if (known === undefined || known.terminatingSinceMs !== undefined) return undefined;
    state.namespaces[at.targetNamespace] = { ...known, terminatingSinceMs: state.nowMs };
    return undefined;
  },
  stripFinalizers: (_action, { state }) => {
    state.heldObjects = 0;
    return undefined;
  },
  deleteClusterObjects: (_action, { state }) => {
    state.clusterObjects = 0;
    return undefined;
  },
  deleteKubeconfig: (_action, { state, at }) => {
    delete state.secrets[`${at.instance.namespace}/${kubeconfigSecretName(at.instance.name)}`];
    return undefined;
  },
  deleteReader: (_action, { state }) => {
    state.reader = [];
    return undefined;
  },
  deleteEscrow: (_action, scene) => {
    delete scene.state.secrets[escrowId(scene)];
    delete scene.state.authorities[escrowId(scene)];
    return undefined;
  },
  removeFinalizer: (_action, { state }) => {
    const { instance } = state;
    if (instance === undefined) return undefined;
    const { metadata } = instance;
    const finalizers = (metadata.finalizers ?? []).filter((name) => name !== INSTANCE_FINALIZER);
    const isGone = finalizers.length === 0 && metadata.deletionTimestamp !== undefined;
    state.instance = isGone
      ? undefined
      : { ...instance, metadata: { ...metadata, finalizers, ...bump(state) } };
    return undefined;
  },
};

function bump(state: State): { readonly resourceVersion: string } {
  return { resourceVersion: nextSerial(state) };
}

function now({ state }: Scene): string {
  return new Date(state.nowMs).toISOString();
}

function labels({ at, operatorId }: Scene): Readonly<Record<string, string>> {
  return ownershipLabels(at.instance, operatorId);
}

function escrowId({ at, operatorNamespace }: Scene): string {
  return `${operatorNamespace}/${escrowSecretName(at.instance)}`;
}

function putEscrow(scene: Scene, authority: string, source: string | undefined): void {
  const { state, at, operatorNamespace } = scene;
  const before = state.authorities[escrowId(scene)];
  if (before !== undefined && before !== authority) {
    state.violations.push(`authority ${authority} replaces ${before} in escrow`);
  }
  state.authorities[escrowId(scene)] = authority;
  const key = { namespace: operatorNamespace, name: escrowSecretName(at.instance) };
  const annotations = {
    [IDENTITY_ANNOTATION]: authority,
    ...(source === undefined ? {} : { [SOURCE_VERSION_ANNOTATION]: source }),
  };
  putSecret(state, key, { labels: labels(scene), annotations });
}

function leave(state: State, uids: readonly string[]): void {
  state.pods = state.pods.map((pod) =>
    uids.includes(pod.uid) ? { ...pod, leavesAtMs: state.nowMs + LEAVE_MS } : pod,
  );
}

/** What is not ours is never touched. */
function checkTarget(scene: Scene): void {
  const { state, at } = scene;
  const known = state.namespaces[at.targetNamespace];
  if (known === undefined) throw new Failure("notFound", "NotFound", "The namespace is gone");
  const isOurs = Object.entries(labels(scene)).every(([key, value]) => known.labels[key] === value);
  if (!isOurs) state.violations.push(`namespace ${at.targetNamespace} is not ours`);
}

function mark(
  scene: Scene,
  change: { readonly labels?: Marks; readonly annotations?: Marks },
): undefined {
  const { state, at } = scene;
  const known = state.namespaces[at.targetNamespace];
  if (known === undefined) throw new Failure("notFound", "NotFound", "The namespace is gone");
  checkTarget(scene);
  state.namespaces[at.targetNamespace] = {
    ...known,
    labels: merged(known.labels, change.labels ?? {}),
    annotations: merged(known.annotations, change.annotations ?? {}),
  };
  return undefined;
}

function merged(before: Readonly<Record<string, string>>, change: Marks): Record<string, string> {
  const entries = Object.entries({ ...before, ...change });
  return Object.fromEntries(
    entries.filter((entry): entry is [string, string] => entry[1] !== null),
  );
}
