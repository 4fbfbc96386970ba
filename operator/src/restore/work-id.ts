import type { VClusterRestore } from "@open-vcluster/crds";
import type { Asker, WorkId } from "../snapshot/job/work.ts";
import type { RestoreStep } from "./seen.ts";

/** Today's attempt at one step of a restore. Pure. */
export function workIdOf(restore: VClusterRestore, step: RestoreStep): WorkId {
  return { asker: askerOf(restore), step, attempt: restore.status?.attempts ?? 0 };
}

/** Pure. */
export function askerOf({ metadata }: VClusterRestore): Asker {
  const { namespace = "", name, uid = "" } = metadata;
  return { kind: "VClusterRestore", namespace, name, uid };
}
