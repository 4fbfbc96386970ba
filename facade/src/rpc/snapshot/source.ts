import type { VClusterSnapshot } from "@open-vcluster/crds";
import { Failure } from "@open-vcluster/runtime";
import type { Call } from "../../call/call.ts";
import type { ServiceDeps } from "../deps.ts";
import { missingObject } from "../find.ts";
import { SNAPSHOTS } from "./find.ts";

/**
 * A snapshot that is ready, and may be restored in a namespace. A refusal is looked at twice.
 *
 * @throws Failure `notFound`; `denied` NotGranted; `precondition` SnapshotNotReady.
 */
export async function usableSnapshot(
  id: string,
  namespace: string,
  call: Call,
  deps: ServiceDeps,
): Promise<VClusterSnapshot> {
  const { snapshots } = deps;
  const usable = async (snapshot: VClusterSnapshot | undefined): Promise<VClusterSnapshot> => {
    if (snapshot === undefined) throw missingObject(id, snapshots.kind);
    await requireConsent(snapshot, namespace, call, deps);
    const ready = snapshot.status?.conditions?.find(({ type }) => type === "Ready");
    if (ready?.status === "True") return snapshot;
    throw notReady(snapshot, ready?.message ?? "it was just asked for");
  };
  const known = await snapshots.findByUid(id, { atLeast: "" });
  try {
    return await usable(known);
  } catch {
    // The cache may lag behind what another replica answered.
    return usable(await again(id, known, deps));
  }
}

async function again(
  id: string,
  known: VClusterSnapshot | undefined,
  { snapshots }: ServiceDeps,
): Promise<VClusterSnapshot | undefined> {
  if (known === undefined) return snapshots.readByUid(id);
  const { namespace = "", name } = known.metadata;
  const now = await snapshots.read({ namespace, name });
  return now?.metadata.uid === id ? now : undefined;
}

/** Whom the owner granted that need not be allowed to read it; nobody else takes it elsewhere. */
async function requireConsent(
  snapshot: VClusterSnapshot,
  namespace: string,
  { principal }: Call,
  { snapshots, permissions }: ServiceDeps,
): Promise<void> {
  const { namespace: home = "", name, uid = "" } = snapshot.metadata;
  const isForeign = home !== namespace;
  const isGranted = snapshot.spec.grants?.some((grant) => grant.namespace === namespace) === true;
  if (isForeign && isGranted) return;
  const attributes = { ...SNAPSHOTS, verb: "get", namespace: home, name } as const;
  if (!(await permissions.check(principal, attributes))) throw missingObject(uid, snapshots.kind);
  if (isForeign) throw notGranted(snapshot, namespace);
}

function notGranted({ metadata }: VClusterSnapshot, namespace: string): Failure {
  const text = `Snapshot ${metadata.namespace ?? ""}/${metadata.name} may not be restored in namespace ${namespace}; ask its owner to add that to spec.grants of the snapshot`;
  return new Failure("denied", "NotGranted", text);
}

function notReady({ metadata }: VClusterSnapshot, why: string): Failure {
  const text = `Snapshot ${metadata.namespace ?? ""}/${metadata.name} is not ready: ${why}; wait for it, or restore another one`;
  return new Failure("precondition", "SnapshotNotReady", text);
}
