import { holdOf } from "../hold.ts";
import { deployedRevision } from "../release-facts.ts";
import type { InstanceSeen } from "../seen.ts";
import { heldWords } from "./store.ts";
import { type Account, no, unknown, type Verdict, yes } from "./verdict.ts";

/** Whether the virtual API answers. Pure. */
export function controlPlaneAvailable({ seen }: Account): Verdict {
  const current = deployedRevision(seen);
  const ready = seen.controlPlane?.ready ?? 0;
  const rest = ready === 0 ? atRest(seen) : undefined;
  if (rest !== undefined) return rest;
  if (ready > 0 && (seen.probe.kind === "ready" || hasServed(seen))) return serving(seen, ready);
  if (seen.diagnosis !== undefined) return no(seen.diagnosis.reason, seen.diagnosis.message);
  if (seen.probe.kind === "unreachable") return no("APIUnreachable", seen.probe.why);
  if (current === undefined) return unknown("Pending", "There is no control plane yet");
  return no("ControlPlaneStarting", "The control plane's pods are starting");
}

/** Why there is no control plane, on purpose; undefined when there should be one. */
function atRest(seen: InstanceSeen): Verdict | undefined {
  const hold = holdOf(seen);
  if (hold !== undefined) return no(hold.reason, heldWords(hold));
  return deployedRevision(seen)?.mode === "suspended"
    ? no("Suspended", "The control plane is stopped, as the spec asks")
    : undefined;
}

function serving({ controlPlane, diagnosis }: InstanceSeen, ready: number): Verdict {
  const wanted = controlPlane?.replicas ?? 0;
  if (ready >= wanted) return yes("ControlPlaneReady", "The virtual API answers");
  const why = diagnosis === undefined ? "" : `: ${diagnosis.message}`;
  return yes(
    "ControlPlaneReady",
    `The virtual API answers with ${ready} of ${wanted} replicas${why}`,
  );
}

/** The revision before may still serve during an upgrade, so any that was seen healthy counts. */
function hasServed(seen: InstanceSeen): boolean {
  return seen.releases.some(({ healthy, mode }) => healthy && mode === "running");
}

/** Whether users can get in with `NAME-kubeconfig`. Pure. */
export function kubeconfigReady({ seen }: Account): Verdict {
  switch (seen.kubeconfig.kind) {
    case "foreign":
      return no(
        "SecretNotOwned",
        `Secret ${seen.instance.metadata.name}-kubeconfig exists and is not ours: rename or delete it`,
      );
    case "present":
      return seen.kubeconfigCurrent || seen.syncerKubeconfig === undefined
        ? yes("KubeconfigWritten", "The kubeconfig is up to date")
        : unknown("KubeconfigPending", "The kubeconfig is about to be renewed");
    case "absent":
      return unknown("KubeconfigPending", "The virtual cluster has not issued its kubeconfig yet");
  }
}
