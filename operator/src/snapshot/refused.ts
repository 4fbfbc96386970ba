import { boundedMessage } from "@open-vcluster/runtime";
import { refusalWords } from "../world/refusal.ts";
import type { Report } from "./decision.ts";

/**
 * What is told where the API server does not take what a step makes, such as a pod that a quota keeps out: it is tried
 * again, and nothing has begun. Undefined for any other error. Pure.
 */
export function refusedReport(report: Report | undefined, thrown: unknown): Report | undefined {
  const why = refusalWords(thrown);
  if (why === undefined || report === undefined) return undefined;
  const { phase, ready, reason, message } = report;
  return { phase, ready, reason, message: boundedMessage(`${message}: ${why}`) };
}
