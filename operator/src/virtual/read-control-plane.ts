import { Failure, type KubeClient } from "@open-vcluster/runtime";
import { KINDS } from "../world/kinds.ts";
import {
  type ControlPlaneClaim,
  type ControlPlanePod,
  type ControlPlaneSeen,
  type HostEvent,
  type LastWords,
  type PlacedContainer,
  troubledContainers,
} from "./control-plane.ts";
import { tellingLine } from "./log-line.ts";

/** Lines and bytes that are read of one container's log. */
const TAIL_LINES = 20;
const LOG_LIMIT_BYTES = 32 * 1024;
/** Containers whose logs are read in one pass. */
const MAX_LOGS = 4;
/** Newest warnings that are looked at. */
const MAX_WARNINGS = 200;

/** Which control plane to read. */
export interface ControlPlanePlace {
  readonly name: string;
  readonly targetNamespace: string;
  /** Message of a ReplicaFailure condition of the Deployment. */
  readonly replicaFailure?: string | undefined;
}

/** Reads what {@link ControlPlaneSeen} needs on the host cluster. For instances that should serve and do not. */
export async function readControlPlane(
  client: KubeClient,
  place: ControlPlanePlace,
  signal: AbortSignal,
): Promise<ControlPlaneSeen> {
  const namespace = place.targetNamespace;
  const labelSelector = `app in (vcluster,vcluster-etcd),release=${place.name}`;
  const [pods, claims, warnings] = await Promise.all([
    client.list<ControlPlanePod>(KINDS.pod, { namespace, labelSelector, signal }),
    client.list<ControlPlaneClaim>(KINDS.persistentVolumeClaim, {
      namespace,
      labelSelector,
      signal,
    }),
    client.listPage(KINDS.event, {
      namespace,
      fieldSelector: "type=Warning",
      limit: MAX_WARNINGS,
      signal,
    }),
  ]);
  const lastWords = await readLastWords(client, { namespace, pods }, signal);
  return {
    pods,
    claims,
    warnings: (warnings.items as readonly HostEvent[]).filter(isAbout(place.name)),
    lastWords,
    replicaFailure: place.replicaFailure,
  };
}

/** Events of synced workloads share the namespace; only the control plane's own objects count. */
function isAbout(name: string): (event: HostEvent) => boolean {
  const roots = [name, `data-${name}`];
  return ({ involvedObject }) =>
    roots.some(
      (root) =>
        involvedObject?.name === root || involvedObject?.name?.startsWith(`${root}-`) === true,
    ) && involvedObject?.name?.includes("-x-") !== true;
}

async function readLastWords(
  client: KubeClient,
  place: { readonly namespace: string; readonly pods: readonly ControlPlanePod[] },
  signal: AbortSignal,
): Promise<readonly LastWords[]> {
  const spoken = troubledContainers(place.pods).filter(hasRun).slice(0, MAX_LOGS);
  const words = await Promise.all(
    spoken.map(async (container) => {
      const line = tellingLine(await readLog(client, place.namespace, container, signal));
      return line === undefined
        ? []
        : [{ pod: container.pod, container: container.status.name, line }];
    }),
  );
  return words.flat();
}

function hasRun({ status }: PlacedContainer): boolean {
  return (
    status.state?.running !== undefined ||
    status.state?.terminated !== undefined ||
    (status.restartCount ?? 0) > 0
  );
}

async function readLog(
  client: KubeClient,
  namespace: string,
  { pod, status }: PlacedContainer,
  signal: AbortSignal,
): Promise<string> {
  // A container that waits for its next start has only the log of the run before; so does one that just came back.
  const previous = (status.restartCount ?? 0) > 0 && status.state?.terminated === undefined;
  try {
    const answer = await client.request("GET", `/api/v1/namespaces/${namespace}/pods/${pod}/log`, {
      query: {
        container: status.name,
        previous,
        tailLines: TAIL_LINES,
        limitBytes: LOG_LIMIT_BYTES,
      },
      okStatuses: [400, 404, 500],
      signal,
    });
    return answer.status === 200 ? answer.text : "";
  } catch (thrown) {
    // The node may be gone: its pods are then diagnosed without their words.
    if (thrown instanceof Failure && thrown.kind !== "bug") return "";
    throw thrown;
  }
}
