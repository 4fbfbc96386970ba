import {
  certsSecretName,
  configSecretName,
  defaultTargetNamespace,
  escrowSecretName,
  kubeconfigSecretName,
  OBJECT_COUNT_ANNOTATION,
  OPERATOR_ID_LABEL,
  type VClusterInstance,
  virtualKubeconfigSecretName,
} from "@open-vcluster/crds";
import { keyText } from "@open-vcluster/runtime";
import { releaseState } from "../helm/releases.ts";
import { type ReaderSeen, readerSeen } from "../kubeconfig/reader.ts";
import { kubeconfigSource, kubeconfigState } from "../kubeconfig/secret.ts";
import { carriesLabels, ownerOf } from "../world/project.ts";
import type { Located, NamespaceMark, ObjectMark, Reads, RenderedMark } from "../world/reads.ts";
import { desire } from "./desire.ts";
import { dueSnapshotOf } from "./due-snapshot.ts";
import type { InstanceGlances } from "./glances.ts";
import { incompleteRestoreOf, modeOf } from "./hold.ts";
import { endpointOf, ownershipLabels, sourceVersionOf } from "./identity.ts";
import { runningRevision, servedVersions } from "./release-facts.ts";
import type { HostSeen, InstanceSeen, NamespaceSeen, RenderedSeen, SecretSeen } from "./seen.ts";
import type { InstanceSettings } from "./settings.ts";
import { startedStore } from "./store-mark.ts";

/** What an observation uses. */
export interface ObserveDeps {
  readonly reads: Reads;
  readonly glances: InstanceGlances;
  readonly settings: InstanceSettings;
  readonly nowMs: number;
}

/** Looks at everything that the next step may depend on. Reads only. */
export async function observe(
  instance: VClusterInstance,
  deps: ObserveDeps,
  signal: AbortSignal,
): Promise<InstanceSeen> {
  const at = locate(instance);
  const host = await observeHost(instance, at, deps, signal);
  const { glances, settings } = deps;
  const running = runningRevision(host.release, host.releases);
  const wanted = desire({
    instance,
    targetNamespace: at.targetNamespace,
    running,
    served: servedVersions(host),
    started: startedStore(host.namespace, host.releases),
    mode: modeOf(host),
    defaultChartVersion: settings.defaultChartVersion,
    operatorNamespace: settings.operatorNamespace,
    allowedValues: settings.allowedValues,
  });
  const view = { host, at, desire: wanted, nowMs: deps.nowMs };
  const due = dueSnapshotOf(host, wanted);
  const [chart, probe, diagnosis, drain, workloads, remains, state] = await Promise.all([
    glances.chart(view, signal),
    glances.probe(view, signal),
    glances.diagnosis(view, signal),
    glances.drain(view, signal),
    glances.workloads(view, signal),
    glances.remains(view, signal),
    due === undefined ? undefined : deps.reads.snapshot(at.instance.namespace, due.name, signal),
  ]);
  const dueSnapshot = due === undefined ? undefined : { ...due, state };
  return {
    ...host,
    desire: wanted,
    dueSnapshot,
    chart,
    probe,
    diagnosis,
    drain,
    workloads,
    remains,
  };
}

/** Where an instance lives on the host. Pure. */
export function locate({ metadata, spec }: VClusterInstance): Located {
  const instance = { namespace: metadata.namespace ?? "", name: metadata.name };
  return { instance, targetNamespace: spec.targetNamespace ?? defaultTargetNamespace(instance) };
}

async function observeHost(
  instance: VClusterInstance,
  at: Located,
  deps: ObserveDeps,
  signal: AbortSignal,
): Promise<HostSeen> {
  const { reads, settings, nowMs, glances } = deps;
  const { name, namespace: home } = at.instance;
  const inTarget = (secret: string): Promise<ObjectMark | undefined> =>
    reads.secret(at.targetNamespace, secret, signal);
  const [
    namespaceMark,
    releases,
    workloads,
    service,
    certs,
    escrow,
    vc,
    kubeconfig,
    config,
    rendered,
    claims,
    storeWork,
    lastSnapshot,
    isHomeGoing,
  ] = await Promise.all([
    reads.namespace(at.targetNamespace, signal),
    reads.releases(at, signal),
    reads.workloads(at, signal),
    reads.service(at, signal),
    inTarget(certsSecretName(name)),
    reads.secret(settings.operatorNamespace, escrowSecretName(at.instance), signal),
    inTarget(virtualKubeconfigSecretName(name)),
    reads.secret(home, kubeconfigSecretName(name), signal),
    inTarget(configSecretName(name)),
    reads.rendered(at, signal),
    reads.claims(at, signal),
    reads.storeWork(at.instance, signal),
    reads.lastSnapshot(at.instance, signal),
    isNamespaceGoing(instance, deps, signal),
  ]);
  const namespace = namespaceSeen(namespaceMark, at, settings.operatorId);
  const isHeld = storeWork.length > 0 || incompleteRestoreOf({ instance, namespace }) !== undefined;
  const release = releaseState(releases, nowMs, settings.helmDeadMs);
  const labels = ownershipLabels(at.instance, settings.operatorId);
  const state =
    vc === undefined
      ? "outdated"
      : kubeconfigState(
          kubeconfig,
          labels,
          kubeconfigSource(sourceVersionOf(vc), endpointOf(instance, at, service?.clusterIP ?? "")),
        );
  return {
    instance,
    targetNamespace: at.targetNamespace,
    namespace,
    isHomeGoing,
    releases,
    release,
    storeWork,
    lastSnapshot,
    controlPlanePods: isHeld ? await reads.controlPlanePods(at, signal) : undefined,
    controlPlane: workloads.find(
      (workload) => workload.app === "vcluster" && workload.name === name,
    ),
    etcd: workloads.find((workload) => workload.app === "vcluster-etcd"),
    service,
    claims,
    identity: await glances.identity({ at, certs, escrow, releases }, signal),
    escrowExists: escrow !== undefined,
    syncerKubeconfig: vc,
    kubeconfig: secretSeen(kubeconfig, labels),
    kubeconfigCurrent: state === "current",
    reader: await observeReader(at, deps, signal),
    externalEtcd: await glances.externalEtcd(instance, at, signal),
    rendered: renderedSeen(
      rendered,
      config,
      release.kind === "deployed" ? release.current.valuesDigest : undefined,
    ),
  };
}

async function isNamespaceGoing(
  { metadata }: VClusterInstance,
  { reads }: ObserveDeps,
  signal: AbortSignal,
): Promise<boolean> {
  if (metadata.deletionTimestamp === undefined) return false;
  return (await reads.namespace(metadata.namespace ?? "", signal))?.terminating === true;
}

async function observeReader(
  at: Located,
  { reads, settings }: ObserveDeps,
  signal: AbortSignal,
): Promise<ReaderSeen> {
  const reader = settings.kubeconfigReader;
  if (reader === undefined) return { present: false, current: true };
  const labels = ownershipLabels(at.instance, settings.operatorId);
  return readerSeen(await reads.reader(at, signal), { at, reader, labels });
}

function namespaceSeen(
  mark: NamespaceMark | undefined,
  at: Located,
  operatorId: string,
): NamespaceSeen {
  if (mark === undefined) return { kind: "absent" };
  const owner = ownerOf(mark.labels);
  if (owner === undefined) return { kind: "foreign" };
  const operator = mark.labels[OPERATOR_ID_LABEL] ?? "";
  if (keyText(owner) !== keyText(at.instance)) return { kind: "taken", by: keyText(owner) };
  if (operator !== operatorId) return { kind: "taken", by: `the operator with id "${operator}"` };
  const { uid, terminating, remaining, labels, annotations } = mark;
  return { kind: "ours", uid, terminating, remaining, labels, annotations };
}

function secretSeen(
  mark: ObjectMark | undefined,
  labels: Readonly<Record<string, string>>,
): SecretSeen {
  if (mark === undefined) return { kind: "absent" };
  return carriesLabels(mark.labels, labels) ? { kind: "present", mark } : { kind: "foreign" };
}

function renderedSeen(
  rendered: readonly RenderedMark[],
  config: ObjectMark | undefined,
  digest: string | undefined,
): RenderedSeen {
  const count = Number.parseInt(config?.annotations[OBJECT_COUNT_ANNOTATION] ?? "", 10);
  return {
    expected: Number.isNaN(count) ? undefined : count,
    current: rendered.filter(({ render }) => render === digest).length,
    stale: rendered.filter(({ render }) => render !== digest),
  };
}
