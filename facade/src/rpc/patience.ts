import type { HandlerContext } from "@connectrpc/connect";
import type { Clock } from "@open-vcluster/runtime";
import type { Patience } from "../read/until-seen.ts";

/** The answer must be on its way before the caller gives up. */
const MARGIN_MS = 500;

/** How long a call may wait before it answers: as long as it asks for, within its own deadline. */
export function patienceOf(
  askedMs: number,
  { timeoutMs: leftMs, signal }: Pick<HandlerContext, "timeoutMs" | "signal">,
  clock: Clock,
): Patience {
  const left = leftMs();
  const timeoutMs = left === undefined ? askedMs : Math.min(askedMs, Math.max(0, left - MARGIN_MS));
  return { timeoutMs, signal, clock };
}
