import type { DescMessage, MessageShape } from "@bufbuild/protobuf";
import { timestampFromMs } from "@bufbuild/protobuf/wkt";
import type { HandlerContext } from "@connectrpc/connect";
import {
  type DeleteSnapshotRequest,
  DeleteSnapshotRequestSchema,
  type DeleteSnapshotResponse,
  type HoldSnapshotRequest,
  HoldSnapshotRequestSchema,
  type VerifySnapshotRequest,
  VerifySnapshotRequestSchema,
} from "@open-vcluster/api";
import type {
  InstanceId,
  OperationMethod,
  VClusterOperation,
  VClusterSnapshot,
} from "@open-vcluster/crds";
import { Failure } from "@open-vcluster/runtime";
import { callOf } from "../../call/call.ts";
import type { PermissionAttributes } from "../../permission/permissions.ts";
import { refuseDeleted } from "../../translate/deleted-snapshot.ts";
import { refuseViolations } from "../../translate/refuse.ts";
import { toSnapshot } from "../../translate/snapshot.ts";
import { toBeVerified } from "../../translate/snapshot-verification.ts";
import { requestIdViolations } from "../../translate/validate.ts";
import type { Accepted } from "../../write/wish.ts";
import type { ServiceDeps } from "../deps.ts";
import { missingObject } from "../find.ts";
import { payloadOf } from "../payload.ts";
import { findSnapshot, SNAPSHOTS } from "./find.ts";
import type { SnapshotAnswer } from "./take.ts";

interface SnapshotRequest {
  readonly id: string;
  readonly requestId: string;
}

/** One kind of write to a snapshot that exists. */
interface Change<D extends DescMessage> {
  readonly method: OperationMethod;
  readonly request: D;
  readonly verb: PermissionAttributes["verb"];
  readonly wanted: (
    current: VClusterSnapshot,
    request: MessageShape<D>,
    nowMs: number,
  ) => VClusterSnapshot;
}

const HOLD: Change<typeof HoldSnapshotRequestSchema> = {
  method: "HoldSnapshot",
  request: HoldSnapshotRequestSchema,
  verb: "update",
  wanted: (current, { held }) => {
    refuseDeleted(current);
    return { ...current, spec: { ...current.spec, hold: held } };
  },
};

const VERIFY: Change<typeof VerifySnapshotRequestSchema> = {
  method: "VerifySnapshot",
  request: VerifySnapshotRequestSchema,
  verb: "update",
  wanted: toBeVerified,
};

const DELETE: Change<typeof DeleteSnapshotRequestSchema> = {
  method: "DeleteSnapshot",
  request: DeleteSnapshotRequestSchema,
  verb: "delete",
  wanted: (current, { force }) => {
    const { hold = false, deletionPolicy = "Delete" } = current.spec;
    if (!hold && deletionPolicy === "Delete") return current;
    if (force)
      return { ...current, spec: { ...current.spec, hold: false, deletionPolicy: "Delete" } };
    const { namespace = "", name } = current.metadata;
    const text = `Snapshot ${namespace}/${name}`;
    if (hold) {
      const message = `${text} is held; let it go with HoldSnapshot first, or set force`;
      throw new Failure("precondition", "SnapshotHeld", message);
    }
    const message = `The data of ${text} is to stay, as its deletionPolicy says, and would be found again; set force to remove it`;
    throw new Failure("precondition", "SnapshotRetained", message);
  },
};

/** Holds a snapshot, or lets it go. */
export async function holdSnapshot(
  request: HoldSnapshotRequest,
  context: HandlerContext,
  deps: ServiceDeps,
): Promise<SnapshotAnswer> {
  return snapshotAnswer(await change(HOLD, request, context, deps));
}

/** Asks for another look at a snapshot. */
export async function verifySnapshot(
  request: VerifySnapshotRequest,
  context: HandlerContext,
  deps: ServiceDeps,
): Promise<SnapshotAnswer> {
  return snapshotAnswer(await change(VERIFY, request, context, deps));
}

function snapshotAnswer({ object, operationId }: Accepted<VClusterSnapshot>): SnapshotAnswer {
  return { operationId, ...(object === undefined ? {} : { snapshot: toSnapshot(object) }) };
}

/** Asks for the end of a snapshot. */
export async function deleteSnapshot(
  request: DeleteSnapshotRequest,
  context: HandlerContext,
  deps: ServiceDeps,
): Promise<Pick<DeleteSnapshotResponse, "operationId" | "deleteTime">> {
  const { operationId } = await change(DELETE, request, context, deps);
  const asked = (await deps.operations.find(operationId))?.metadata.creationTimestamp;
  const askedMs = asked === undefined ? deps.clock.nowMs() : Date.parse(asked);
  return { operationId, deleteTime: timestampFromMs(askedMs) };
}

async function change<D extends DescMessage>(
  { method, request: schema, verb, wanted }: Change<D>,
  request: MessageShape<D> & SnapshotRequest,
  context: HandlerContext,
  deps: ServiceDeps,
): Promise<Accepted<VClusterSnapshot>> {
  const call = callOf(context);
  const { id, requestId } = request;
  refuseViolations([
    ...(id === "" ? [{ field: "id", description: "must be set" }] : []),
    ...requestIdViolations(requestId),
  ]);
  const earlier = await deps.writes.earlier({ method, principal: call.principal, requestId });
  const named = await subjectOf({ id, verb, earlier: earlier?.spec }, context, deps);
  return deps.writes.accept(
    {
      method,
      store: ({ snapshots }) => snapshots,
      ...named,
      requestId,
      payload: payloadOf(schema, request, {}),
      etag: "",
      wanted: (current) => {
        // What has its name by now is another snapshot.
        if (current?.metadata.uid !== id) throw missingObject(id, deps.snapshots.kind);
        return wanted(current, request, deps.clock.nowMs());
      },
    },
    call,
  );
}

interface Wanted {
  readonly id: string;
  readonly verb: PermissionAttributes["verb"];
  /** What recorded the same request before. */
  readonly earlier: VClusterOperation["spec"] | undefined;
}

/** What a request is about; of one that was recorded before it is known although the snapshot may be gone. */
async function subjectOf(
  { id, verb, earlier }: Wanted,
  context: HandlerContext,
  deps: ServiceDeps,
): Promise<{ readonly target: InstanceId; readonly instance: InstanceId }> {
  if (earlier?.object?.uid === id) {
    const { namespace, name } = earlier.object;
    const attributes = { ...SNAPSHOTS, verb, namespace, name };
    if (!(await deps.permissions.check(callOf(context).principal, attributes))) {
      throw missingObject(id, deps.snapshots.kind);
    }
    return { target: { namespace, name }, instance: earlier.target };
  }
  const asked = { id, name: "", namespace: "" };
  const { metadata, spec } = await findSnapshot(asked, verb, context, deps);
  const { namespace = "", name } = metadata;
  return { target: { namespace, name }, instance: { namespace, name: spec.instanceRef.name } };
}
