import type { DescMessage, MessageShape } from "@bufbuild/protobuf";
import type { HandlerContext } from "@connectrpc/connect";
import type { InstanceId, OperationMethod, VClusterInstance } from "@open-vcluster/crds";
import { callOf } from "../../call/call.ts";
import type { PermissionAttributes } from "../../permission/permissions.ts";
import { namespaceOf } from "../../translate/names.ts";
import { refuseViolations } from "../../translate/refuse.ts";
import { targetViolations } from "../../translate/validate.ts";
import type { Wish } from "../../write/wish.ts";
import type { Tried } from "../../write/writes.ts";
import type { ServiceDeps } from "../deps.ts";
import { payloadOf } from "../payload.ts";

/** What all writes about one virtual cluster have in common. */
interface WriteRequest {
  readonly name: string;
  readonly namespace: string;
  readonly requestId: string;
  readonly etag?: string;
  readonly validateOnly?: boolean;
}

/** One kind of write. */
export interface Verb<D extends DescMessage> {
  readonly method: OperationMethod;
  readonly request: D;
  /** Permission on the virtual cluster. */
  readonly permission: Pick<PermissionAttributes, "verb" | "subresource">;
  /** What the instance shall be; see {@link Wish}. Pure. */
  readonly wanted: (
    current: VClusterInstance | undefined,
    request: MessageShape<D>,
  ) => VClusterInstance;
}

/** What became of a write: accepted, or tried out. */
export type Outcome =
  | { readonly instance: VClusterInstance | undefined; readonly operationId: string }
  | { readonly tried: Tried<VClusterInstance> };

/** Carries out one write: permission first, so that nobody learns what exists where they may not look. */
export async function write<D extends DescMessage>(
  verb: Verb<D>,
  request: MessageShape<D> & WriteRequest,
  context: HandlerContext,
  deps: ServiceDeps,
): Promise<Outcome> {
  const call = callOf(context);
  refuseViolations(targetViolations(request));
  const target = { namespace: namespaceOf(request), name: request.name };
  call.note({ resource: `${target.namespace}/${target.name}` });
  await deps.permissions.require(call.principal, { ...verb.permission, ...target });
  const wish = wishOf(verb, request, target);
  if (request.validateOnly === true) return { tried: await deps.writes.tryOut(wish) };
  const { object, operationId } = await deps.writes.accept(wish, call);
  return { instance: object, operationId };
}

/** Throws what a write would be refused with, for whoever does something else before it. */
export async function foresee<D extends DescMessage>(
  verb: Verb<D>,
  request: MessageShape<D> & WriteRequest,
  context: HandlerContext,
  { permissions, writes }: ServiceDeps,
): Promise<void> {
  const { principal } = callOf(context);
  refuseViolations(targetViolations(request));
  const target = { namespace: namespaceOf(request), name: request.name };
  await permissions.require(principal, { ...verb.permission, ...target });
  await writes.foresee(wishOf(verb, request, target), principal);
}

function wishOf<D extends DescMessage>(
  verb: Verb<D>,
  request: MessageShape<D> & WriteRequest,
  target: InstanceId,
): Wish<VClusterInstance> {
  return {
    method: verb.method,
    store: ({ instances }) => instances,
    target,
    requestId: request.requestId,
    payload: payloadOf(verb.request, request, target),
    etag: request.etag ?? "",
    wanted: (current) => verb.wanted(current, request),
  };
}
