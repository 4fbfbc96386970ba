import type { KubeObject } from "@open-vcluster/runtime";
import { withoutAbsent } from "../../world/without-absent.ts";
import type { ForwarderMode } from "../forwarder/settings.ts";

/** Where the sqlite store of a virtual cluster is, and how its control plane runs. */
export interface StoreHost {
  readonly mode: ForwarderMode;
  /** The claim on its volume, as the StatefulSet makes it for the first pod. */
  readonly claim: KubeObject;
  /** Where the control plane runs; undefined: it does not. */
  readonly nodeName: string | undefined;
  readonly placement: Placement;
  /** Who owns the files. */
  readonly user: { readonly runAsUser?: number; readonly runAsGroup?: number };
  readonly fsGroup: number | undefined;
}

interface Placement {
  readonly tolerations?: readonly object[];
  readonly nodeSelector?: Readonly<Record<string, string>>;
}

interface SecurityContext {
  readonly runAsUser?: number;
  readonly runAsGroup?: number;
  readonly fsGroup?: number;
}

interface PodSpec extends Placement {
  readonly nodeName?: string;
  readonly securityContext?: SecurityContext;
  readonly containers?: readonly {
    readonly name: string;
    readonly securityContext?: SecurityContext;
  }[];
}

interface VolumeClaimTemplate {
  readonly metadata?: Pick<KubeObject["metadata"], "labels" | "annotations"> & {
    readonly name?: string;
  };
  readonly spec?: object;
}

/** The control plane of a virtual cluster that keeps its store in sqlite. */
export interface ControlPlaneSet extends KubeObject {
  readonly spec?: {
    readonly replicas?: number;
    readonly template?: { readonly spec?: PodSpec };
    readonly selector?: { readonly matchLabels?: Readonly<Record<string, string>> };
    readonly volumeClaimTemplates?: readonly VolumeClaimTemplate[];
  };
}

export interface ControlPlanePod extends KubeObject {
  readonly spec?: PodSpec;
  readonly status?: {
    readonly conditions?: readonly { readonly type: string; readonly status: string }[];
  };
}

const VOLUME = "data";
const SYNCER = "syncer";

/** Why a store cannot be reached, now or ever. */
export interface NoStoreHost {
  readonly kind: "waiting" | "unsupported";
  readonly why: string;
}

/** How the store is to be reached, or why it is not. @param mayRenew - as of a StoreUse. Pure. */
export function storeHostOf(
  set: ControlPlaneSet,
  pod: ControlPlanePod | undefined,
  mayRenew: boolean,
): StoreHost | NoStoreHost {
  const isStopped = set.spec?.replicas === 0;
  const obstacle = obstacleOf(set, pod, isStopped);
  if (obstacle !== undefined) return obstacle;
  const spec = set.spec?.template?.spec ?? {};
  return {
    mode: isStopped ? stoppedMode(mayRenew) : "socket",
    claim: claimOf(set),
    nodeName: pod?.spec?.nodeName,
    placement: withoutAbsent({ tolerations: spec.tolerations, nodeSelector: spec.nodeSelector }),
    user: userOf(spec),
    fsGroup: spec.securityContext?.fsGroup,
  };
}

function claimOf({ metadata: { name, namespace }, spec }: ControlPlaneSet): KubeObject {
  const template = spec?.volumeClaimTemplates?.find(({ metadata }) => metadata?.name === VOLUME);
  const { labels, annotations } = template?.metadata ?? {};
  return {
    apiVersion: "v1",
    kind: "PersistentVolumeClaim",
    metadata: withoutAbsent({
      namespace,
      name: `${VOLUME}-${name}-0`,
      labels: { ...labels, ...spec?.selector?.matchLabels },
      annotations,
    }),
    ...(template?.spec === undefined ? {} : { spec: template.spec }),
  };
}

function stoppedMode(mayRenew: boolean): ForwarderMode {
  return mayRenew ? "renew" : "kine";
}

function obstacleOf(
  { metadata: { name }, spec }: ControlPlaneSet,
  pod: ControlPlanePod | undefined,
  isStopped: boolean,
): NoStoreHost | undefined {
  const claims = spec?.volumeClaimTemplates ?? [];
  if (!claims.some(({ metadata }) => metadata?.name === VOLUME)) {
    return { kind: "unsupported", why: `The store of ${name} is on no volume of its own` };
  }
  if (!isStopped && !isReady(pod)) return { kind: "waiting", why: `Pod ${name}-0 is not ready` };
  if (!isStopped || pod === undefined) return undefined;
  return { kind: "waiting", why: `Pod ${name}-0 has not ended yet` };
}

function userOf({ containers, securityContext }: PodSpec): StoreHost["user"] {
  const own = containers?.find(({ name }) => name === SYNCER)?.securityContext;
  const { runAsUser, runAsGroup } = { ...securityContext, ...own };
  return withoutAbsent({ runAsUser, runAsGroup });
}

/** Pure. */
export function isReady(pod: ControlPlanePod | undefined): boolean {
  const conditions = pod?.status?.conditions ?? [];
  return conditions.some(({ type, status }) => type === "Ready" && status === "True");
}
