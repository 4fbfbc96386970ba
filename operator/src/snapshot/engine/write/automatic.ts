import type { ManifestHeader } from "../format/manifest.ts";
import { SnapshotError } from "../format/snapshot-error.ts";
import { openSnapshot, type Snapshot } from "../read/snapshot.ts";
import { listSnapshots, type StoredManifest } from "../repository/manifests.ts";
import { lineageOf } from "../source/lineage.ts";
import { callOf, type SnapshotRequest, type WriteContext } from "./context.ts";
import { writeFull } from "./full.ts";
import { writeIncremental } from "./incremental.ts";
import { CHAIN_LIMITS, type ChainLimits, planSnapshot, type SnapshotPlan } from "./plan.ts";
import { writeSyntheticFull } from "./synthetic.ts";

export interface AutomaticSnapshot {
  readonly plan: SnapshotPlan;
  readonly manifest: StoredManifest;
  /** The full snapshot that was made of the chain, where the plan was to. */
  readonly synthetic?: StoredManifest;
}

/** Takes an incremental snapshot where that is possible, else a full one. */
export async function writeAutomatic(
  context: WriteContext,
  request: SnapshotRequest,
  limits: ChainLimits = CHAIN_LIMITS,
): Promise<AutomaticSnapshot> {
  const { repository, store, now } = context;
  const call = callOf(context);
  const { uid } = request.subject;
  const parent = await newestSnapshot(context, uid);
  const live = { lineage: await lineageOf(store, call), revision: await store.revision(call) };
  const plan = planSnapshot(parent, live, limits, now().getTime());
  if (plan.kind === "full" || parent === undefined) {
    return { plan, manifest: await writeFull(context, request, parent) };
  }
  if (!plan.rebase) return { plan, manifest: await writeIncremental(context, request, parent) };
  const synthetic = await writeSyntheticFull(context, { ...request, metadata: {} }, parent);
  const base = await openSnapshot(repository, { uid, snapId: synthetic.header.snapId }, call);
  return { plan, synthetic, manifest: await writeIncremental(context, request, base) };
}

/** The snapshot that was taken last; undefined if it, or what it lies upon, cannot be read. */
async function newestSnapshot(context: WriteContext, uid: string): Promise<Snapshot | undefined> {
  const call = callOf(context);
  let newest: ManifestHeader | undefined;
  for await (const { header } of listSnapshots(context.repository, { ...call, uid })) {
    if (header !== undefined && header.createdAt >= (newest?.createdAt ?? "")) newest = header;
  }
  if (newest === undefined) return undefined;
  try {
    return await openSnapshot(context.repository, { uid, snapId: newest.snapId }, call);
  } catch (error) {
    if (error instanceof SnapshotError) return undefined;
    throw error;
  }
}
