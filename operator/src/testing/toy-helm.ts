import { configSecretName, OBJECT_COUNT_ANNOTATION } from "@open-vcluster/crds";
import { Failure } from "@open-vcluster/runtime";
import type { RevisionStatus } from "../helm/releases.ts";
import type { DesiredRelease } from "../instance/desire.ts";
import { ownershipLabels } from "../instance/identity.ts";
import { readPath } from "../values/json.ts";
import type { Located } from "../world/reads.ts";
import { applyPods } from "./pods.ts";
import { type Manifest, nextSerial, putSecret, type State, type ToyRevision } from "./state.ts";

/** Revisions that Helm keeps (`--history-max 2`). */
const HISTORY = 2;

/** Where a run of Helm is cut off. `livesOn`: the process goes on without the operator that started it. */
export type HelmFault = "none" | "beforeApply" | "midApply" | "livesOn";

/** What a run of Helm works on. */
export interface HelmRun {
  readonly state: State;
  readonly at: Located;
  readonly operatorId: string;
}

/** `helm upgrade --install`, up to the fault. */
export function upgradeInstall(run: HelmRun, release: DesiredRelease, fault: HelmFault): void {
  const { state } = run;
  refuseIfPending(state);
  const first = state.revisions.length === 0;
  const manifest = manifestOf(run, release);
  push(run, {
    status: first ? "pending-install" : "pending-upgrade",
    valuesDigest: release.valuesDigest,
    renderer: release.renderer,
    chart: release.chartVersion,
    kubernetes: release.kubernetesVersion,
    mode: release.mode,
    etcdMembers: release.etcdMembers,
    healthy: false,
    manifest,
  });
  goOn(run, fault);
}

/** `helm rollback`: a new revision with labels and objects of an earlier one. */
export function rollback(run: HelmRun, toRevision: number, fault: HelmFault): void {
  refuseIfPending(run.state);
  const target = run.state.revisions.find(({ revision }) => revision === toRevision);
  if (target === undefined) {
    throw new Failure("notFound", "RevisionUnknown", `Revision ${String(toRevision)} is gone`);
  }
  push(run, { ...target, status: "pending-rollback" });
  goOn(run, fault);
}

/** `helm uninstall`: objects and history go, volumes stay. */
export function uninstall({ state, at }: HelmRun): void {
  state.revisions = [];
  state.rendered = [];
  state.controlPlane = undefined;
  state.etcd = undefined;
  state.clusterObjects = 0;
  delete state.secrets[`${at.targetNamespace}/${configSecretName(at.instance.name)}`];
}

/** The rest of a run that was cut off after its revision was written, by a process that lives. */
export function finish(run: HelmRun, revision: number): void {
  const { state } = run;
  const current = state.revisions.find((known) => known.revision === revision);
  if (current === undefined) return;
  apply(run, current.manifest, "all");
  state.revisions = state.revisions.map((known) => {
    if (known.revision === revision) return stamped(state, known, "deployed");
    return known.status === "deployed" ? stamped(state, known, "superseded") : known;
  });
}

function goOn(run: HelmRun, fault: HelmFault): void {
  const { state } = run;
  const revision = state.revisions.at(-1);
  if (revision === undefined || fault === "beforeApply") return;
  if (fault === "livesOn") {
    state.helm = { revision: revision.revision, endsAtMs: state.nowMs + 4_000 };
    return;
  }
  if (fault === "midApply") {
    apply(run, revision.manifest, "half");
    return;
  }
  if (state.helmRefuses) {
    state.revisions = state.revisions.map((known) =>
      known === revision ? stamped(state, known, "failed") : known,
    );
    throw new Failure("invalid", "ReleaseRejected", "The API server refuses an object");
  }
  finish(run, revision.revision);
}

function refuseIfPending({ revisions }: State): void {
  if (revisions.at(-1)?.status.startsWith("pending") !== true) return;
  throw new Failure("conflict", "ReleasePending", "Another operation is in progress");
}

type NewRevision = Pick<
  ToyRevision,
  | "status"
  | "valuesDigest"
  | "renderer"
  | "chart"
  | "kubernetes"
  | "mode"
  | "etcdMembers"
  | "healthy"
  | "manifest"
>;

function push({ state, at }: HelmRun, facts: NewRevision): void {
  const revision = (state.revisions.at(-1)?.revision ?? 0) + 1;
  const fresh: ToyRevision = {
    ...facts,
    revision,
    modifiedAtMs: state.nowMs,
    attempt: "",
    ours: true,
    secretName: `sh.helm.release.v1.${at.instance.name}.v${String(revision)}`,
    uid: `uid-${nextSerial(state)}`,
    resourceVersion: nextSerial(state),
  };
  state.revisions = [...trimmed(state.revisions), fresh];
}

/** Helm makes room before it writes, and never drops the deployed revision. */
function trimmed(revisions: readonly ToyRevision[]): readonly ToyRevision[] {
  const excess = revisions.length - (HISTORY - 1);
  const doomed = revisions.filter(({ status }) => status !== "deployed").slice(0, excess);
  return revisions.filter((revision) => !doomed.includes(revision));
}

function stamped(state: State, revision: ToyRevision, status: RevisionStatus): ToyRevision {
  return { ...revision, status, modifiedAtMs: state.nowMs, resourceVersion: nextSerial(state) };
}

function manifestOf({ state, at }: HelmRun, release: DesiredRelease): Manifest {
  const { name } = at.instance;
  const { values, valuesDigest: digest, etcdMembers, kubernetesVersion } = release;
  const path = ["controlPlane", "statefulSet", "highAvailability", "replicas"];
  const hasIngress = readPath(values, ["controlPlane", "ingress", "enabled"]) === true;
  return {
    digest,
    replicas: Number(readPath(values, path) ?? 1),
    etcdMembers: release.mode === "suspended" ? 0 : etcdMembers,
    broken: state.brokenKubernetes.includes(kubernetesVersion),
    objects: [
      `Secret/${configSecretName(name)}`,
      `Service/${name}`,
      `StatefulSet/${name}`,
      ...(etcdMembers === 0 ? [] : [`Service/${name}-etcd`, `StatefulSet/${name}-etcd`]),
      ...(hasIngress ? [`Ingress/${name}`] : []),
    ],
  };
}

function apply(run: HelmRun, manifest: Manifest, extent: "half" | "all"): void {
  const { state, at, operatorId } = run;
  const { namespace, name } = at.instance;
  const owner = `${namespace}/${name}`;
  const applied = extent === "all" ? manifest.objects : manifest.objects.slice(0, 2);
  const fresh = applied.map((object) => {
    const [kind = "", named = ""] = object.split("/");
    const render = manifest.digest;
    return { kind, name: named, namespace: at.targetNamespace, render, owner };
  });
  const kept = state.rendered.filter(
    (known) => !fresh.some(({ kind, name: named }) => known.kind === kind && known.name === named),
  );
  // Helm deletes what is in its last manifest and not in the new one, at the end of a run.
  const last = state.revisions.findLast(({ status }) => status === "deployed")?.manifest.objects;
  const isDropped = (kind: string, named: string): boolean =>
    extent === "all" && last?.includes(`${kind}/${named}`) === true;
  state.rendered = [...kept.filter((known) => !isDropped(known.kind, known.name)), ...fresh];
  putSecret(
    state,
    { namespace: at.targetNamespace, name: configSecretName(name) },
    {
      labels: ownershipLabels(at.instance, operatorId),
      annotations: { [OBJECT_COUNT_ANNOTATION]: String(manifest.objects.length) },
    },
  );
  if (extent === "half") return;
  applyPods(state, manifest, state.authorities[`${at.targetNamespace}/${name}-certs`]);
}
