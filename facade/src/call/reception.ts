import { randomUUID } from "node:crypto";
import type { DescMethod } from "@bufbuild/protobuf";
import { Code, type ConnectError } from "@connectrpc/connect";
import { Failure } from "@open-vcluster/runtime";
import type { Audit } from "../audit/audit.ts";
import { ANONYMOUS } from "../identity/anonymous.ts";
import type { Authenticate } from "../identity/authenticate.ts";
import type { Principal } from "../identity/principal.ts";
import { networkOf } from "../server/network.ts";
import type { Admission } from "./admission.ts";
import type { Call } from "./call.ts";
import { faultOf } from "./fault.ts";
import type { LineLimit } from "./line-limit.ts";
import type { Origin, Origins } from "./origin.ts";
import type { CallRecord, CallStart } from "./record.ts";
import type { StrangerLimit } from "./stranger-limit.ts";
import { untilAborted } from "./until-aborted.ts";

/** A call before its message is read. */
export interface Asked {
  readonly method: DescMethod;
  readonly header: Headers;
  /** Aborts when the caller is gone, or waits no longer. */
  readonly signal: AbortSignal;
}

/** A call that was received. */
export interface Visit {
  /** Random; the call's own. */
  readonly id: string;
  readonly record: CallRecord;
  /** Rejects with the error for the caller if the call is not let in; its record has ended then. */
  readonly call: Promise<Call>;
}

/** Gives a call an id and a record, finds out who makes it, and counts it. */
export type Receive = (asked: Asked) => Visit;

/** What {@link createReception} uses. */
export interface ReceptionDeps {
  readonly origins: Origins;
  readonly authenticate: Authenticate;
  readonly admission: Admission;
  readonly strangers: StrangerLimit;
  readonly lines: LineLimit;
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

/** Creates what every call passes, whichever door it came through, before a byte of its message is read. */
export function createReception(deps: ReceptionDeps): Receive {
  return (asked) => {
    const origin = deps.origins.current();
    const start = startOf(asked, origin);
    const record = deps.open(start);
    return { id: start.id, record, call: admitted({ asked, origin, start, record }, deps) };
  };
}

interface Reception {
  readonly asked: Asked;
  readonly origin: Origin;
  readonly start: CallStart;
  readonly record: CallRecord;
}

async function admitted(reception: Reception, deps: ReceptionDeps): Promise<Call> {
  const { asked, origin, start, record } = reception;
  const network = networkOf(origin.address);
  let caller = network;
  try {
    if (start.isAudited) deps.audit.requireRoom();
    // Whoever is asked who calls may take longer than the caller waits.
    const principal = await untilAborted(principalOf(reception, deps), asked.signal);
    const call = record.identify(principal);
    caller = keyOf(principal, asked.method.parent.typeName, network);
    record.onEnd(deps.admission.admit(caller, start.isStream));
    return call;
  } catch (thrown) {
    const refusal = isStranger(thrown) ? (deps.strangers.count(origin.address) ?? thrown) : thrown;
    const error = challenged(faultOf(refusal, asked.signal));
    if (error.code === Code.ResourceExhausted) record.note({ decision: "limited" });
    if (hasLine(refusal, caller, deps.lines)) record.end(error, refusal);
    else record.dismiss(error);
    throw error;
  }
}

async function principalOf(
  { asked: { method, header }, origin }: Reception,
  { authenticate }: ReceptionDeps,
): Promise<Principal> {
  return PUBLIC_SERVICES.has(method.parent.typeName) ? ANONYMOUS : authenticate(header, origin);
}

/** Those without a name are told apart by where they are; probes are not kept out by those who ask for anything else. */
function keyOf({ via, name }: Principal, service: string, network: string): string {
  if (via !== "anonymous") return `${via}/${name}`;
  return PUBLIC_SERVICES.has(service) ? `${service}/${network}` : `${via}/${network}`;
}

function isStranger(thrown: unknown): boolean {
  return thrown instanceof Failure && thrown.reason === "Unauthenticated";
}

/** A flood must fill neither the audit, nor the memory while the audit cannot be written. */
function hasLine(refusal: unknown, caller: string, lines: LineLimit): boolean {
  if (!(refusal instanceof Failure)) return true;
  if (refusal.reason === "AuditUnavailable") return false;
  return refusal.kind !== "exhausted" || lines(caller);
}

function startOf({ method, header }: Asked, origin: Origin): CallStart {
  const { address: source, authority, isTls } = origin;
  const service = method.parent.typeName;
  return {
    id: randomUUID(),
    method: `${service}/${method.name}`,
    source,
    traceparent: header.get("traceparent") ?? undefined,
    baseUrl: `${isTls ? "https" : "http"}://${authority}`,
    isStream: method.methodKind !== "unary",
    isAudited: !UNAUDITED_SERVICES.has(service),
  };
}

/** HTTP demands a challenge beside 401 (RFC 9110, 11.6.1). */
function challenged(error: ConnectError): ConnectError {
  if (error.code === Code.Unauthenticated) {
    error.metadata.set("www-authenticate", 'Bearer realm="open-vcluster"');
  }
  return error;
}
