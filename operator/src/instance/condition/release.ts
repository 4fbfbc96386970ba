import {
  deployedRevision,
  failedDigest,
  isInSync,
  isKnownToFail,
  isRolledOut,
} from "../release-facts.ts";
import type { InstanceSeen } from "../seen.ts";
import { awaitedSnapshot } from "./store.ts";
import { type Account, no, unknown, type Verdict, yes } from "./verdict.ts";

/** Whether the Helm release carries today's spec. Pure. */
export function helmReleased(account: Account): Verdict {
  return obstacleOf(account) ?? stateVerdict(account.seen);
}

/** What keeps Helm from running, or from coming through. */
function obstacleOf({ seen, failure }: Account): Verdict | undefined {
  const { chart, identity, namespace } = seen;
  if (identity.kind === "refuse") return no("PKILost", identity.message);
  if (namespace.kind === "ours" && namespace.terminating) {
    return no("NamespaceTerminating", `Namespace ${seen.targetNamespace} is being deleted`);
  }
  if (chart.kind === "unavailable") return no("ChartUnavailable", chart.message);
  if (failure === undefined || failure.kind === "conflict" || isInSync(seen)) return undefined;
  return no(failure.reason === "ReleaseForged" ? "ReleaseForged" : "HelmFailed", failure.message);
}

function stateVerdict(seen: InstanceSeen): Verdict {
  switch (seen.release.kind) {
    case "absent":
      return unknown("Pending", "The release is not installed yet");
    case "foreign":
      return no(
        "NamespaceNotOwned",
        `A Helm release ${seen.instance.metadata.name} that is not ours exists in ${seen.targetNamespace}: remove it`,
      );
    case "pendingAlive":
      return unknown("ReleasePending", "A Helm run is at work on the release");
    case "pendingDead":
      return unknown("ReleaseInterrupted", "A Helm run was interrupted and is being repaired");
    case "failed":
      return no("HelmFailed", helmsWords(seen) ?? "The last Helm run failed; it is tried again");
    case "deployed":
      return deployedVerdict(seen);
  }
}

/** Helm's words live only in the status: they stay for as long as its failure does. */
function helmsWords({ instance }: InstanceSeen): string | undefined {
  const said = instance.status?.conditions?.find(({ type }) => type === "HelmReleased");
  const isToday = said?.observedGeneration === instance.metadata.generation;
  return isToday && said?.reason === "HelmFailed" ? said.message : undefined;
}

function deployedVerdict(seen: InstanceSeen): Verdict {
  if (isKnownToFail(seen)) {
    return no("RolledBack", "The release is the one before the upgrade that failed");
  }
  const snapshot = seen.dueSnapshot?.before === "the upgrade" ? awaitedSnapshot(seen) : undefined;
  if (snapshot !== undefined) return snapshot;
  if (isInSync(seen)) return yes("ReleaseDeployed", "The release carries today's spec");
  return no("Upgrading", "The release carries an earlier spec");
}

/** Present only after an upgrade that was rolled back. Pure. */
export function upgraded({ seen }: Account): Verdict | undefined {
  if (failedDigest(seen.namespace) === undefined || !isKnownToFail(seen)) return undefined;
  const current = deployedRevision(seen);
  const serving =
    current?.healthy === true || isRolledOut(seen)
      ? "what ran before serves again"
      : "what ran before is coming back";
  return no(
    "RolledBack",
    `The last change never became ready, so it was rolled back and ${serving}. It is not tried again until the spec changes`,
  );
}
