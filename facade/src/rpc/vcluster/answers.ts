import type { FieldChange, VCluster } from "@open-vcluster/api";
import { changesBetween } from "../../translate/changes.ts";
import { toMessage } from "../../translate/message.ts";
import type { Outcome } from "./verb.ts";

/** What the answers to writes have in common. */
export interface WriteAnswer {
  readonly vcluster?: VCluster;
  readonly operationId: string;
  readonly changes: FieldChange[];
}

/** The answer to a write. Pure. */
export function answerOf(outcome: Outcome): WriteAnswer {
  if ("tried" in outcome) {
    const { before, after } = outcome.tried;
    return { vcluster: toMessage(after), operationId: "", changes: changesBetween(before, after) };
  }
  const { instance, operationId } = outcome;
  return {
    ...(instance === undefined ? {} : { vcluster: toMessage(instance) }),
    operationId,
    changes: [],
  };
}
