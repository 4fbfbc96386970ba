import { Code, ConnectError, type HandlerContext } from "@connectrpc/connect";
import { bodyFaults } from "./body.ts";
import { CALL } from "./call.ts";
import { completed } from "./fault.ts";
import type { Receive } from "./reception.ts";
import { RECORD } from "./record.ts";
import type { Visits } from "./visits.ts";

/**
 * Lets calls of the router in that were received, here or by the door before.
 *
 * The protocol can end a call between the gate and the interceptors, for example when the message cannot be decoded.
 * Then only the call's signal tells, right before the error is written.
 */
export function createGate(
  receive: Receive,
  visits: Visits,
): (context: HandlerContext) => Promise<void> {
  return async (context) => {
    const { method, requestHeader: header, signal } = context;
    const { id, record, call } = visits.current() ?? receive({ method, header, signal });
    context.values.set(RECORD, record);
    context.responseHeader.set("x-request-id", id);
    const endEarly = (): void => {
      if (record.isServed()) return;
      const reason = ConnectError.from(signal.reason, Code.Canceled);
      record.end(completed(reason, bodyFaults(context)), signal.reason);
    };
    signal.addEventListener("abort", endEarly, { once: true });
    context.values.set(CALL, await call);
  };
}
