import type { Caller } from "../harness/caller.ts";

/** What every write names. */
interface Request {
  readonly name: string;
  readonly namespace: string;
  readonly requestId: string;
}

/** A place where a facade dies, and how far its write came. */
export interface Death {
  /** As `facade/src/testing/crash-main.ts` names it. */
  readonly place: string;
  /** A deletion is stamped before it is asked for. */
  readonly left: "nothing" | "operation" | "stamp" | "effect";
}

/** One kind of write, and between which steps it can be interrupted. */
export interface Deed {
  readonly method: string;
  readonly deaths: readonly [Death, Death, Death, ...Death[]];
  /** Whether short runs play it; the others take the same steps as one of those. */
  readonly isSample: boolean;
  ask(caller: Caller, request: Request): Promise<{ readonly operationId: string }>;
}

const AROUND_CREATION: Deed["deaths"] = [
  { place: "before create vclusteroperations", left: "nothing" },
  { place: "before create vclusterinstances", left: "operation" },
  { place: "after create vclusterinstances", left: "effect" },
];
const AROUND_CHANGE: Deed["deaths"] = [
  { place: "before create vclusteroperations", left: "nothing" },
  { place: "before replace vclusterinstances", left: "operation" },
  { place: "after replace vclusterinstances", left: "effect" },
];
const AROUND_DELETION: Deed["deaths"] = [
  { place: "before create vclusteroperations", left: "nothing" },
  { place: "before replace vclusterinstances", left: "operation" },
  { place: "before delete vclusterinstances", left: "stamp" },
  { place: "after delete vclusterinstances", left: "effect" },
];

/** The last of all. */
export const DELETION: Deed = {
  method: "DeleteVCluster",
  deaths: AROUND_DELETION,
  isSample: true,
  ask: ({ vclusters }, request) => vclusters.deleteVCluster(request),
};

/** All kinds of writes, in the order in which one cluster can live through them. */
export const DEEDS: readonly [Deed, ...Deed[]] = [
  {
    method: "CreateVCluster",
    deaths: AROUND_CREATION,
    isSample: true,
    ask: ({ vclusters }, request) =>
      vclusters.createVCluster({ ...request, spec: { backingStore: { type: "etcd" } } }),
  },
  {
    method: "UpdateVCluster",
    deaths: AROUND_CHANGE,
    isSample: false,
    ask: ({ vclusters }, request) =>
      vclusters.updateVCluster({ ...request, spec: { resources: { memoryLimit: "2Gi" } } }),
  },
  {
    method: "ScaleVCluster",
    deaths: AROUND_CHANGE,
    isSample: false,
    ask: ({ vclusters }, request) => vclusters.scaleVCluster({ ...request, replicas: 3 }),
  },
  {
    method: "SuspendVCluster",
    deaths: AROUND_CHANGE,
    isSample: true,
    ask: ({ vclusters }, request) => vclusters.suspendVCluster(request),
  },
  {
    method: "ResumeVCluster",
    deaths: AROUND_CHANGE,
    isSample: false,
    ask: ({ vclusters }, request) => vclusters.resumeVCluster(request),
  },
  DELETION,
];
