import { boundedMessage, type KubeClient, type KubeObject } from "@open-vcluster/runtime";
import { KINDS } from "../../world/kinds.ts";

const MOST_EVENTS = 5;
/** What a container waits for that is on its way. */
const ON_ITS_WAY: ReadonlySet<string> = new Set(["ContainerCreating", "PodInitializing"]);

/** The parts of a pod that tell how its one container is. */
export interface WorkPod extends KubeObject {
  readonly status?: {
    readonly phase?: string;
    readonly conditions?: readonly PodCondition[];
    readonly containerStatuses?: readonly {
      readonly state?: {
        readonly waiting?: { readonly reason?: string; readonly message?: string };
        readonly running?: object;
        readonly terminated?: {
          readonly reason?: string;
          readonly exitCode: number;
          readonly message?: string;
        };
      };
    }[];
  };
}

interface PodCondition {
  readonly type: string;
  readonly status: string;
  readonly message?: string;
}

interface Refusal extends KubeObject {
  readonly message?: string;
}

/** Why a pod does not start, as a sentence; undefined while nothing is known to keep it. Pure. */
export function podTrouble(pod: WorkPod): string | undefined {
  const trouble = containerTrouble(pod) ?? placeTrouble(pod);
  return trouble === undefined ? undefined : boundedMessage(trouble);
}

function containerTrouble({ status }: WorkPod): string | undefined {
  const { reason, message = "" } = status?.containerStatuses?.[0]?.state?.waiting ?? {};
  if (reason === undefined || ON_ITS_WAY.has(reason)) return undefined;
  return `Its pod waits: ${reason} ${message}`.trimEnd();
}

function placeTrouble({ status }: WorkPod): string | undefined {
  const unplaced = status?.conditions?.find(
    ({ type, status: holds }) => type === "PodScheduled" && holds === "False",
  );
  return unplaced === undefined ? undefined : `Its pod has no node: ${unplaced.message ?? ""}`;
}

/** Why a Job gets no pod, in the words of the Job controller; undefined while it has said nothing. */
export async function jobTrouble(
  { namespace, name }: { readonly namespace: string; readonly name: string },
  client: KubeClient,
  signal: AbortSignal,
): Promise<string | undefined> {
  const { items } = await client.listPage(KINDS.event, {
    namespace,
    fieldSelector: `involvedObject.kind=Job,involvedObject.name=${name},reason=FailedCreate`,
    limit: MOST_EVENTS,
    signal,
  });
  const message = (items as readonly Refusal[])[0]?.message;
  return message === undefined ? undefined : boundedMessage(`It gets no pod: ${message}`);
}
