import {
  BROKEN,
  type InstanceStatusPhase,
  type Reason,
  type VClusterInstance,
} from "@open-vcluster/crds";
import { Failure } from "@open-vcluster/runtime";
import { currentPhase } from "./phase.ts";
import { SUBJECT_FACT } from "./reason.ts";

/** A verb whose permission depends on state; one that this version carries out. */
export type Action = "update" | "scale" | "suspend" | "resume" | "snapshot" | "restore" | "delete";

/** How a verb is meant. */
export interface ActionOptions {
  /** A deletion that waits for nothing: it may be asked for again while the cluster is being deleted. */
  readonly force?: boolean;
  /** A suspension that comes after a snapshot of its own, which the operator finishes first. */
  readonly afterSnapshot?: boolean;
}

interface Rule {
  /** The phases in which the verb is taken. */
  readonly from: readonly InstanceStatusPhase[];
  /** The end of the sentence "it cannot …". */
  readonly passive: string;
  /** Why not, in any other phase. */
  readonly reason: string;
  /** The way out. */
  readonly advice: string;
}

const AWAKE = ["Pending", "Creating", "Running", "Scaling", "Updating", "Resuming"] as const;
const ALIVE = [...AWAKE, "Suspending", "Suspended", "Snapshotting", "Restoring", "Error"] as const;

const RULES: Readonly<Record<Action, Rule>> = {
  update: { from: ALIVE, passive: "be updated", reason: "NotRunning", advice: "try again later" },
  scale: {
    from: [...AWAKE, "Error"],
    passive: "be scaled",
    reason: "NotRunning",
    advice: "wait until it runs; it can be scaled then",
  },
  suspend: {
    from: ["Running"],
    passive: "be suspended",
    reason: "NotRunning",
    advice: "wait until it runs; it can be suspended then",
  },
  resume: {
    from: ["Suspended", "Error"],
    passive: "be resumed",
    reason: "NotSuspended",
    advice: "only a suspended virtual cluster can be resumed",
  },
  snapshot: {
    from: ["Running"],
    passive: "be kept in a snapshot",
    reason: "NotRunning",
    advice: "wait until it runs; a snapshot can be taken then",
  },
  restore: {
    from: ["Running", "Suspended", "Error"],
    passive: "be restored",
    reason: "NotRunning",
    advice: "wait until the work on it has ended; it can be restored then",
  },
  delete: { from: ALIVE, passive: "be deleted", reason: "NotRunning", advice: "try again later" },
};

/** Every verb, in the order in which they are shown. */
const ACTIONS = Object.keys(RULES) as Action[];

interface Refusal {
  readonly reason: string;
  readonly advice: string;
}

const PROTECTED: Refusal = {
  reason: "DeletionProtected",
  advice: "set spec.deletion_protection to false with UpdateVCluster first",
};
const ALREADY_RUNNING: Refusal = { reason: "AlreadyRunning", advice: "it runs already" };
const ASLEEP: Refusal = { reason: "Suspended", advice: "resume it with ResumeVCluster first" };

/** The verbs that the state of a virtual cluster allows now. */
export function allowedActions(instance: VClusterInstance): Action[] {
  return ACTIONS.filter((action) => refusalOf(instance, action) === undefined);
}

/**
 * Refuses a verb that the state does not allow.
 *
 * @throws Failure `precondition` that names state, wish and way out. Its facts: `vcluster`,
 *   `current_state`, `wanted`, `required_states` and `allowed_actions`.
 */
export function refuseByState(
  instance: VClusterInstance,
  action: Action,
  options: ActionOptions = {},
): void {
  const refusal = refusalOf(instance, action, options);
  if (refusal === undefined) return;
  const { metadata } = instance;
  const state = stateName(currentPhase(instance));
  const subject = `${metadata.namespace ?? ""}/${metadata.name}`;
  throw new Failure(
    "precondition",
    refusal.reason,
    `Virtual cluster ${subject} is ${state} and cannot ${RULES[action].passive}: ${refusal.advice}`,
    {
      facts: {
        [SUBJECT_FACT]: subject,
        current_state: state,
        wanted: action,
        required_states: RULES[action].from.map(stateName).join(","),
        allowed_actions: allowedActions(instance).join(","),
      },
    },
  );
}

function refusalOf(
  instance: VClusterInstance,
  action: Action,
  options: ActionOptions = {},
): Refusal | undefined {
  const phase = currentPhase(instance);
  if (phase === "Deleting") return deletingRefusal(action, options);
  const special = specialRefusal(instance, action, phase);
  if (special !== undefined) return special;
  if (action === "resume" && isSuspensionWanted(instance) && phase === "Running") return undefined;
  const rule = RULES[action];
  const isOwnSnapshot = options.afterSnapshot === true && phase === "Snapshotting";
  const isAllowed = isOwnSnapshot || rule.from.includes(phase) || mayMend(instance, action, phase);
  return isAllowed ? undefined : rule;
}

/** Phases that last for as long as its control plane does not start. */
const STARTING: ReadonlySet<InstanceStatusPhase> = new Set([
  "Creating",
  "Resuming",
  "Scaling",
  "Updating",
]);

/** Where waiting does not help, a restore may. */
function mayMend(
  { status }: VClusterInstance,
  action: Action,
  phase: InstanceStatusPhase,
): boolean {
  if (action !== "restore" || !STARTING.has(phase)) return false;
  const found = status?.conditions?.find(({ type }) => type === "ControlPlaneAvailable");
  return found?.status === "False" && BROKEN.has(found.reason as Reason);
}

function deletingRefusal(action: Action, options: ActionOptions): Refusal | undefined {
  if (action === "delete" && options.force === true) return undefined;
  const advice = "wait until it is gone; DeleteVCluster with force hastens it";
  return { reason: "BeingDeleted", advice };
}

/** Refusals with a name of their own. */
function specialRefusal(
  instance: VClusterInstance,
  action: Action,
  phase: InstanceStatusPhase,
): Refusal | undefined {
  const isDown = phase === "Suspended" || phase === "Suspending";
  switch (action) {
    case "delete":
      return instance.spec.deletionProtection === true ? PROTECTED : undefined;
    case "suspend":
      return suspendRefusal(instance, isDown);
    case "resume":
      return resumeRefusal(instance, phase);
    case "scale":
    case "snapshot":
      return isDown ? ASLEEP : undefined;
    case "restore":
    case "update":
      return undefined;
  }
}

function resumeRefusal(
  instance: VClusterInstance,
  phase: InstanceStatusPhase,
): Refusal | undefined {
  return phase === "Running" && !isSuspensionWanted(instance) ? ALREADY_RUNNING : undefined;
}

function suspendRefusal(instance: VClusterInstance, isDown: boolean): Refusal | undefined {
  if (isDown) return { reason: "AlreadySuspended", advice: "it was suspended already" };
  if (instance.spec.storage?.persistent !== false) return undefined;
  const advice = "it has no volume and would be lost; delete it instead";
  return { reason: "SuspendWouldLoseData", advice };
}

/** Whether the specification asks for a suspension, carried out or given up. */
function isSuspensionWanted({ spec }: VClusterInstance): boolean {
  return spec.powerState === "Suspended";
}

/** A phase by the name that the contract gives it, without its prefix. */
function stateName(phase: InstanceStatusPhase): string {
  return phase.toUpperCase();
}
