import type { ReasonText } from "./conditions.ts";

/** Reasons of operations alone; an operation that fails for the sake of its instance carries a reason of that. */
export type OperationReason =
  | "Applied"
  | "Succeeded"
  | "NotApplied"
  | "Superseded"
  | "TargetDeleted"
  | "OperationTimedOut"
  | "Cancelled";

/** Every reason of operations alone. A reason never gets a second meaning. */
export const OPERATION_REASONS: Readonly<Record<OperationReason, ReasonText>> = {
  Applied: {
    meaning: "The instance carries the operation; the operator is at work.",
    advice: "Wait; it goes on by itself.",
  },
  Succeeded: { meaning: "The instance is what was asked for.", advice: "Nothing to do." },
  NotApplied: {
    meaning: "The write was accepted and never reached the instance.",
    advice: "Read the instance and ask again with a new request id.",
  },
  Superseded: {
    meaning: "A later write asked for something else before this one was carried out.",
    advice: "Follow the later write, or ask again.",
  },
  TargetDeleted: {
    meaning: "The instance was removed before the operation was carried out.",
    advice: "Create the instance anew.",
  },
  OperationTimedOut: {
    meaning: "It was not carried out in time. The instance goes on towards its spec.",
    advice: "Follow the instance; its conditions say what it waits for.",
  },
  Cancelled: {
    meaning: "The caller took a suspension back before the control plane stopped.",
    advice: "Nothing to do; the instance runs.",
  },
};
