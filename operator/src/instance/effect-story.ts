import { EVENTS, type EventReason } from "@open-vcluster/crds";
import type { EventNote } from "@open-vcluster/runtime";
import type { InstanceAction } from "./action.ts";
import type { Decision } from "./decision.ts";
import type { EffectName } from "./effects/effect.ts";
import { deployedRevision, isInSync } from "./release-facts.ts";
import type { InstanceSeen } from "./seen.ts";
import { noteOn } from "./story.ts";
import { workUnderWay } from "./work.ts";

/** What an effect was, told to users. */
interface Telling {
  readonly reason: EventReason;
  readonly note: string;
}

type Tell<K extends EffectName> = (
  action: Extract<InstanceAction, { kind: K }>,
  seen: InstanceSeen,
  context: { readonly why: string; readonly nowMs: number },
) => Telling;

/** The effects that make the story; the others are steps of these. */
const TELLINGS: { readonly [K in EffectName]?: Tell<K> } = {
  createNamespace: (_action, { targetNamespace }) => ({
    reason: "NamespaceCreated",
    note: `Created namespace ${targetNamespace}`,
  }),
  applyRelease: ({ release }, seen, { why }) => {
    if (isInSync(seen)) return driftRepaired(why);
    const versions = `chart ${release.chartVersion}, Kubernetes ${release.kubernetesVersion}`;
    return seen.releases.some(({ healthy, mode }) => healthy || mode === "suspended")
      ? { reason: "Changed", note: `Applied today's spec: ${versions}` }
      : { reason: "Installed", note: `Installed ${versions}` };
  },
  deletePendingRevision: ({ revision }) => ({
    reason: "ReleaseUnlocked",
    note: `Removed revision ${String(revision.revision)}, which a killed Helm run had left pending`,
  }),
  rollBack: ({ toRevision }, seen, { why }) =>
    deployedRevision(seen)?.revision === toRevision
      ? driftRepaired(why)
      : { reason: "RollingBack", note: `Going back to revision ${String(toRevision)}` },
  prune: (_action, { rendered }) => ({
    reason: "LeftoversRemoved",
    note: `Removed ${String(rendered.stale.length)} objects of an interrupted Helm run`,
  }),
  markDraining: () => ({ reason: "DrainStarted", note: "No new workload pods from now on" }),
  evictPods: ({ pods }) => ({
    reason: "PodsEvicted",
    note: `Asked ${String(pods.length)} workload pods to leave`,
  }),
  deletePods: ({ pods }) => ({
    reason: "PodsDeleted",
    note: `Deleted ${String(pods.length)} workload pods that did not leave in time`,
  }),
  writeKubeconfig: (_action, { instance }) => ({
    reason: "KubeconfigRenewed",
    note: `Wrote Secret ${instance.metadata.name}-kubeconfig`,
  }),
  uninstall: () => ({ reason: "Uninstalled", note: "Removed the release" }),
  deleteNamespace: (_action, { targetNamespace }) => ({
    reason: "NamespaceDeleted",
    note: `Asked for the deletion of namespace ${targetNamespace}`,
  }),
  stripFinalizers: (_action, { targetNamespace }) => ({
    reason: "FinalizersRemoved",
    note: `Released what held namespace ${targetNamespace} back`,
  }),
  deleteEscrow: () => ({ reason: "IdentityDeleted", note: "Removed the copy of the certificates" }),
  removeFinalizer: (_action, { instance }, { nowMs }) => {
    const sinceMs = workUnderWay(instance)?.sinceMs ?? nowMs;
    const seconds = Math.round((nowMs - sinceMs) / 1_000);
    return { reason: "Deleted", note: `Nothing is left, after ${String(seconds)} s` };
  },
};

function driftRepaired(why: string): Telling {
  return { reason: "DriftRepaired", note: `Put back what the chart made: ${why}` };
}

/** The event for a decision whose effect succeeded; undefined for a step that is no news. Pure. */
export function noteEffect(
  { action, why }: Decision,
  seen: InstanceSeen,
  nowMs: number,
): EventNote | undefined {
  if (action.kind === "none") return undefined;
  // The table pairs each name with its own telling, which the compiler cannot follow through an index.
  const tell = TELLINGS[action.kind] as Tell<EffectName> | undefined;
  const told = tell?.(action, seen, { why, nowMs });
  if (told === undefined) return undefined;
  const { type } = EVENTS[told.reason];
  return noteOn(seen.instance, { ...told, type, action: action.kind });
}
