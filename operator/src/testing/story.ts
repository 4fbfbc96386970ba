import type { VClusterInstance } from "@open-vcluster/crds";
import type { InstanceAction } from "../instance/action.ts";
import { readPath } from "../values/json.ts";

type Status = NonNullable<VClusterInstance["status"]>;

/** An effect as a line that people read. Pure. */
export function describeEffect(action: InstanceAction): string {
  switch (action.kind) {
    case "applyRelease": {
      const { mode, chartVersion, kubernetesVersion, etcdMembers, values } = action.release;
      const path = ["controlPlane", "statefulSet", "highAvailability", "replicas"];
      const replicas = JSON.stringify(readPath(values, path) ?? 1);
      return `applyRelease ${mode}, chart ${chartVersion}, Kubernetes ${kubernetesVersion}, replicas ${replicas}, etcd ${String(etcdMembers)}`;
    }
    case "rollBack":
      return `rollBack to revision ${String(action.toRevision)}`;
    case "markHealthy":
    case "deletePendingRevision":
      return `${action.kind} ${String(action.revision.revision)}`;
    case "evictPods":
    case "deletePods":
      return `${action.kind} ${action.pods.map(({ name }) => name).join(" ")}`;
    case "stripFinalizers":
      return `stripFinalizers ${action.all ? "of everything" : "of the syncer"}`;
    default:
      return action.kind;
  }
}

/** The turn that a status takes, as a line; undefined when phase, readiness and reason stay. Pure. */
export function describeStatus(
  before: Status | undefined,
  after: Status | undefined,
): string | undefined {
  const [was, is] = [summaryOf(before), summaryOf(after)];
  return was === is ? undefined : `    ${is}`;
}

function summaryOf(status: Status | undefined): string {
  const find = (type: string) => status?.conditions?.find((condition) => condition.type === type);
  const ready = find("Ready");
  const stalled = find("Stalled") === undefined ? "" : ", Stalled";
  const working = find("Reconciling");
  const work = working === undefined ? "" : `, ${working.reason}`;
  return `${status?.phase ?? "none"}: ${ready?.status === "True" ? "Ready" : "not Ready"} (${ready?.reason ?? "none"})${work}${stalled}`;
}
