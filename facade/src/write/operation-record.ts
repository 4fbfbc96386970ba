import { hash } from "node:crypto";
import {
  API_VERSION,
  type InstanceId,
  type OperationMethod,
  type OperationObject,
  type VClusterOperation,
} from "@open-vcluster/crds";
import type { Principal } from "../identity/principal.ts";

/** Who asks for a write, and with which id. */
export interface Asking {
  readonly method: OperationMethod;
  readonly principal: Principal;
  /** Empty: none was sent. */
  readonly requestId: string;
}

/** What an operation is made of besides. */
export interface RecordParts extends Asking {
  readonly namespace: string;
  readonly target: InstanceId & { readonly uid?: string };
  /** Absent: the write is about the target itself. */
  readonly object?: OperationObject;
  readonly payloadHash: string;
  readonly traceparent: string | undefined;
}

const MAX_GROUPS = 64;
/** 128 bits of a hash in hex. */
const ID_LENGTH = 32;

/**
 * Name of the operation: the same for the same principal, method and request id, so that two replicas meet at the API
 * server; another one for every call without a request id.
 *
 * @param random - Makes hex digits for calls without a request id.
 */
export function operationName(
  { method, principal, requestId }: Asking,
  random: () => string,
): string {
  const digits =
    requestId === ""
      ? random()
      : hash("sha256", JSON.stringify([principal.name, method, requestId]), "hex");
  return `op-${digits.slice(0, ID_LENGTH)}`;
}

/** SHA-256 of a request in JSON form, independent of the order of its keys. Pure. */
export function payloadHashOf(payload: unknown): string {
  return hash("sha256", JSON.stringify(sorted(payload)), "hex");
}

/** The resource that records the acceptance of a write. Pure. */
export function operationRecord(name: string, parts: RecordParts): VClusterOperation {
  const { principal, requestId, traceparent } = parts;
  return {
    apiVersion: API_VERSION,
    kind: "VClusterOperation",
    metadata: { name, namespace: parts.namespace },
    spec: {
      method: parts.method,
      target: parts.target,
      ...(parts.object === undefined ? {} : { object: parts.object }),
      requester: {
        name: principal.name,
        ...(principal.uid === undefined ? {} : { uid: principal.uid }),
        ...(principal.groups.length === 0 ? {} : { groups: principal.groups.slice(0, MAX_GROUPS) }),
      },
      ...(requestId === "" ? {} : { requestId }),
      payloadHash: parts.payloadHash,
      ...(traceparent === undefined ? {} : { traceparent }),
    },
  };
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== "object" || value === null) return value;
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(entries.map(([key, part]) => [key, sorted(part)]));
}
