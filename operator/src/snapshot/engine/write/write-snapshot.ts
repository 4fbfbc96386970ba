import type { ManifestHeader } from "../format/manifest.ts";
import { isDamage, SnapshotError } from "../format/snapshot-error.ts";
import { openSnapshot, type Snapshot } from "../read/snapshot.ts";
import { withWriterLock } from "../repository/locks.ts";
import { listSnapshots, type StoredManifest } from "../repository/manifests.ts";
import { snapshotsPrefix } from "../repository/paths.ts";
import { lineageOf } from "../source/lineage.ts";
import { callOf, lockingOf, type SnapshotRequest, type WriteContext } from "./context.ts";
import { writeFull } from "./full.ts";
import { writeIncremental } from "./incremental.ts";
import { CHAIN_LIMITS, type ChainLimits, planSnapshot, type SnapshotPlan } from "./plan.ts";
import { writeSyntheticFull } from "./synthetic.ts";

/** A snapshot, and how it came to be. */
export interface WrittenSnapshot {
  readonly plan: SnapshotPlan;
  readonly manifest: StoredManifest;
  /** The full snapshot that was made of the chain, where the plan was to. */
  readonly synthetic?: StoredManifest;
}

export interface WriteOptions {
  /**
   * `auto` if absent. `full` reads all of the store, although less might do; `incremental` rejects with SnapshotError
   * NoParent where there is nothing to build upon.
   */
  readonly kind?: "auto" | "full" | "incremental";
  readonly limits?: ChainLimits;
}

/**
 * Takes a snapshot: an incremental one where that is possible, else a full one.
 *
 * Rejects with SnapshotError Locked while another writer is at work on the virtual cluster; with what the
 * store or the object store rejected with; and with the signal's reason. Then there is no snapshot, but
 * perhaps chunks, which the next one uses.
 */
export function writeSnapshot(
  context: WriteContext,
  request: SnapshotRequest,
  options: WriteOptions = {},
): Promise<WrittenSnapshot> {
  return withWriterLock(context.repository, lockingOf(context, request), () =>
    write(context, request, options),
  );
}

async function write(
  context: WriteContext,
  request: SnapshotRequest,
  { kind = "auto", limits = CHAIN_LIMITS }: WriteOptions,
): Promise<WrittenSnapshot> {
  const { store, now } = context;
  const call = callOf(context);
  const { uid } = request.subject;
  const parent = await newestSnapshot(context, uid);
  const live = { lineage: await lineageOf(store, call), revision: await store.revision(call) };
  const plan: SnapshotPlan =
    kind === "full"
      ? { kind: "full", reason: "a full snapshot is asked for" }
      : planSnapshot(parent, live, limits, now().getTime());
  if (plan.kind === "full" && kind === "incremental") {
    throw new SnapshotError("NoParent", snapshotsPrefix(uid), plan.reason);
  }
  if (plan.kind === "full" || parent === undefined) {
    return { plan, manifest: await writeFull(context, request) };
  }
  try {
    return await writeUpon(parent, plan, context, request);
  } catch (error) {
    if (kind === "incremental" || !isDamage(error)) throw error;
    const reason = `what it would build upon is damaged: ${error.message}`;
    return { plan: { kind: "full", reason }, manifest: await writeFull(context, request) };
  }
}

async function writeUpon(
  parent: Snapshot,
  plan: Extract<SnapshotPlan, { readonly kind: "incremental" }>,
  context: WriteContext,
  request: SnapshotRequest,
): Promise<WrittenSnapshot> {
  const { uid } = request.subject;
  const call = callOf(context);
  if (!plan.rebase) return { plan, manifest: await writeIncremental(context, request, parent) };
  const { snapId: _own, metadata: _kept, ...about } = request;
  const synthetic = await writeSyntheticFull(context, about, parent);
  const at = { uid, snapId: synthetic.header.snapId };
  const base = await openSnapshot(context.repository, at, call);
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
