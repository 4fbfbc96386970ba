import type { KubeClient } from "@open-vcluster/runtime";
import { diagnose } from "../../virtual/diagnose.ts";
import { readControlPlane } from "../../virtual/read-control-plane.ts";
import type { GlanceView } from "../glances.ts";
import { hasQuorum } from "../hold.ts";
import { deployedRevision, isRolledOut } from "../release-facts.ts";
import type { DiagnosisSeen } from "../seen.ts";

/** Finds out why a control plane that should serve, or an etcd that should run alone, does not. */
export async function glanceDiagnosis(
  { host, at }: GlanceView,
  client: KubeClient,
  signal: AbortSignal,
): Promise<DiagnosisSeen | undefined> {
  if (host.instance.metadata.deletionTimestamp !== undefined) return undefined;
  if (!isUnwell(host)) return undefined;
  const place = {
    name: at.instance.name,
    targetNamespace: at.targetNamespace,
    replicaFailure: host.controlPlane?.replicaFailure ?? host.etcd?.replicaFailure,
  };
  return diagnose(await readControlPlane(client, place, signal));
}

function isUnwell(host: GlanceView["host"]): boolean {
  switch (deployedRevision(host)?.mode) {
    case "running":
      return !isRolledOut(host);
    case "storeOnly":
      return !hasQuorum(host);
    default:
      return false;
  }
}
