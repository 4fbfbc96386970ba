import { randomUUID } from "node:crypto";
import { Code, ConnectError, type HandlerContext } from "@connectrpc/connect";
import type { Audit } from "../audit/audit.ts";
import { ANONYMOUS } from "../identity/anonymous.ts";
import type { Authenticate } from "../identity/authenticate.ts";
import type { Principal } from "../identity/principal.ts";
import type { Admission } from "./admission.ts";
import { bodyFaults } from "./body.ts";
import { CALL } from "./call.ts";
import { completed, faultOf } from "./fault.ts";
import type { Origin, Origins } from "./origin.ts";
import { type CallRecord, type CallStart, RECORD } from "./record.ts";
import { untilAborted } from "./until-aborted.ts";

/** What {@link createGate} uses. */
export interface GateDeps {
  readonly origins: Origins;
  readonly authenticate: Authenticate;
  readonly admission: Admission;
  readonly audit: Audit;
  readonly open: (start: CallStart) => CallRecord;
}

/** Services that answer without credentials: probes have none, and the contract is public. */
const PUBLIC_SERVICES: ReadonlySet<string> = new Set([
  "grpc.health.v1.Health",
  "grpc.reflection.v1.ServerReflection",
  "grpc.reflection.v1alpha.ServerReflection",
]);

/** Probes come every few seconds and say nothing about anybody. */
const UNAUDITED_SERVICES: ReadonlySet<string> = new Set(["grpc.health.v1.Health"]);

/**
 * What every call passes before a byte of its message is read: it gets an id and a record, must prove who makes it, and
 * must be within the limits.
 *
 * The protocol can end a call between the gate and the interceptors, for example when the message cannot be decoded.
 * Then only the call's signal tells, right before the error is written.
 */
export function createGate(deps: GateDeps): (context: HandlerContext) => Promise<void> {
  const callerOf = async (context: HandlerContext): Promise<Principal> => {
    if (PUBLIC_SERVICES.has(context.service.typeName)) return ANONYMOUS;
    deps.audit.requireRoom();
    return await deps.authenticate(context.requestHeader, deps.origins.current());
  };
  return async (context) => {
    const start = startOf(context, deps.origins.current());
    const record = deps.open(start);
    context.values.set(RECORD, record);
    context.responseHeader.set("x-request-id", start.id);
    const { signal } = context;
    const endEarly = (): void => {
      if (record.isServed()) return;
      const reason = ConnectError.from(signal.reason, Code.Canceled);
      record.end(completed(reason, bodyFaults(context)), signal.reason);
    };
    signal.addEventListener("abort", endEarly, { once: true });
    try {
      // Whoever is asked who calls may take longer than the caller waits.
      const principal = await untilAborted(callerOf(context), signal);
      const call = record.identify(principal);
      record.onEnd(deps.admission.admit(principal, start.isStream));
      context.values.set(CALL, call);
    } catch (thrown) {
      const error = challenged(faultOf(thrown, signal));
      record.end(error, thrown);
      throw error;
    }
  };
}

function startOf({ service, method, requestHeader }: HandlerContext, origin: Origin): CallStart {
  const { address: source, authority, isTls } = origin;
  return {
    id: randomUUID(),
    method: `${service.typeName}/${method.name}`,
    source,
    traceparent: requestHeader.get("traceparent") ?? undefined,
    baseUrl: `${isTls ? "https" : "http"}://${authority}`,
    isStream: method.methodKind !== "unary",
    isAudited: !UNAUDITED_SERVICES.has(service.typeName),
  };
}

/** HTTP demands a challenge beside 401 (RFC 9110, 11.6.1). */
function challenged(error: ConnectError): ConnectError {
  if (error.code === Code.Unauthenticated) {
    error.metadata.set("www-authenticate", 'Bearer realm="open-vcluster"');
  }
  return error;
}
