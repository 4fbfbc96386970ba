import { create } from "@bufbuild/protobuf";
import { type VCluster, VClusterSchema } from "@open-vcluster/api";
import type { InstanceId, VClusterRestore } from "@open-vcluster/crds";
import type { Call } from "../../call/call.ts";
import { toMessage } from "../../translate/message.ts";
import type { Wish } from "../../write/wish.ts";
import type { ServiceDeps } from "../deps.ts";

/** What RestoreVCluster and PlanRestore answer. */
export interface RestoreAnswer {
  readonly vcluster: VCluster;
  readonly operationId: string;
}

/** A restore as one of the two calls wants it. */
export interface RestoreWish
  extends Pick<Wish<VClusterRestore>, "method" | "requestId" | "payload"> {
  /** Of the resource. */
  readonly name: string;
  readonly instance: InstanceId;
  /** What the resource shall be. Writes nothing. */
  readonly wanted: () => Promise<VClusterRestore>;
}

/** Writes the resource of a restore, and answers with the virtual cluster that it is about. */
export async function acceptRestore(
  { name, instance, ...wish }: RestoreWish,
  call: Call,
  deps: ServiceDeps,
): Promise<RestoreAnswer> {
  const target = { namespace: instance.namespace, name };
  const { operationId } = await deps.writes.accept(
    { ...wish, store: ({ restores }) => restores, target, instance, etag: "" },
    call,
  );
  return { operationId, vcluster: await shown(instance, deps) };
}

/** The virtual cluster as it is; of one that is not there yet, what is known. */
async function shown(target: InstanceId, { instances }: ServiceDeps): Promise<VCluster> {
  const instance = await instances.find(target, { atLeast: "" });
  return instance === undefined ? create(VClusterSchema, target) : toMessage(instance);
}
