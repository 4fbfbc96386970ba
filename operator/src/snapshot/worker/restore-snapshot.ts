import {
  createRules,
  KvError,
  type KvStore,
  listSnapshots,
  openKvStore,
  openSnapshot,
  partOf,
  planInPlace,
  prove,
  type Repository,
  type RestoreTally,
  replaceAll,
  restoreInPlace,
  revisionBehind,
  sidesOf,
} from "../engine/index.ts";
import { openTaskRepository } from "./open-repository.ts";
import { readBack } from "./read-back.ts";
import { MOST_KINDS, type RestoreResult } from "./result.ts";
import type { RestoreTask } from "./task.ts";
import type { TaskRun } from "./task-run.ts";

/** Every object is read to the last byte before anything is written. */
const LEVEL_BEFORE = 2;
/** etcd fills its pages by some two thirds. */
const BYTES_PER_BYTE = 1.5;

/** Restores a snapshot into the store of a task and proves it, or only tells what that would do. */
export async function restoreSnapshot(task: RestoreTask, run: TaskRun): Promise<RestoreResult> {
  const { repository: place, subject, snapId, endpoint, mode, operation } = task;
  const call = { signal: run.signal };
  const repository = await openTaskRepository(place, run);
  if (operation === "restore") {
    await readBack(repository, { place, subject, snapId, level: LEVEL_BEFORE }, run);
  }
  const snapshot = await openSnapshot(repository, { uid: subject.uid, snapId }, call);
  const live = await openKvStore(endpoint, call);
  try {
    const rules = await rulesOf(task, { repository, snapshot, live }, call);
    const sides = await sidesOf({ repository, snapshot, live, rules }, call);
    const isAnew = mode === "replace" || (mode === "putBack" && !sides.isSameLineage);
    if (operation === "restore" && isAnew) {
      const { header } = snapshot.manifest;
      await assertRoom(live, { bytes: header.valueBytes, keepsOld: false }, run);
      const atLeast = sides.isSameLineage ? 0 : await behind(repository, task, run);
      const told = { onRaised: raising(run), onWritten: applying(run) };
      const proof = await replaceAll(sides, { ...call, atLeast, ...told });
      const puts = { puts: proof.keys, deletes: 0, unchanged: 0, kinds: [], sample: [] };
      return await resultOf(task, live, { ...puts, proof });
    }
    run.tell({ stage: "Planning", keys: 0, bytes: 0 });
    const planned = await planInPlace(sides, call);
    if (operation === "plan") return await resultOf(task, live, changesOf(planned));
    await assertRoom(live, { bytes: planned.writtenBytes, keepsOld: true }, run);
    await restoreInPlace(sides, { ...call, onWritten: applying(run, planned.changes) });
    run.tell({ stage: "Proving", keys: 0, bytes: 0 });
    return await resultOf(task, live, { ...changesOf(planned), proof: await prove(sides, call) });
  } finally {
    live.close();
  }
}

async function rulesOf(
  { identity, keepEvents, keepsVolumes = false, filters }: RestoreTask,
  restoration: Parameters<typeof partOf>[0],
  call: { readonly signal: AbortSignal },
): Promise<ReturnType<typeof createRules>> {
  const options = {
    identity: identity === "same" ? "same" : "new",
    withEvents: keepEvents,
    keepsVolumes,
  } as const;
  if (filters === undefined) return createRules(options);
  return createRules(await partOf(restoration, { ...options, selection: filters }, call));
}

/** The revision behind which a store goes on that takes the place of another one, by all that is known of that. */
async function behind(
  repository: Repository,
  { subject: { uid, namespace, name }, reached }: RestoreTask,
  run: TaskRun,
): Promise<number> {
  const ageMs = (time: string): number => run.now().getTime() - Date.parse(time);
  let newest = reached === undefined ? 0 : revisionBehind(reached.revision, ageMs(reached.time));
  for await (const { header } of listSnapshots(repository, { signal: run.signal })) {
    if (header === undefined) continue;
    const { subject } = header;
    // One that came back after a loss goes on under its name, with another UID.
    const isOfIt =
      subject.uid === uid || (subject.namespace === namespace && subject.name === name);
    if (!isOfIt) continue;
    newest = Math.max(newest, revisionBehind(header.revision, ageMs(header.createdAt)));
  }
  return newest;
}

/** Fails before anything is written where a store would come to its quota half way. */
async function assertRoom(
  live: KvStore,
  { bytes, keepsOld }: { readonly bytes: number; readonly keepsOld: boolean },
  { signal }: TaskRun,
): Promise<void> {
  const { bytes: used, fileBytes, quota } = await live.size({ signal });
  const held = Math.ceil((keepsOld ? used : 0) + bytes * BYTES_PER_BYTE);
  // Files never shrink by themselves.
  const needed = Math.max(fileBytes, held);
  if (quota === undefined || needed < quota) return;
  throw new KvError("NoSpace", `the store would need ${needed} bytes, and its quota is ${quota}`);
}

function raising({ tell }: TaskRun): (written: number, all: number) => void {
  return (written, total) => {
    tell({ stage: "RaisingRevision", keys: written, bytes: 0, total });
  };
}

function applying({ tell }: TaskRun, total?: number): (keys: number) => void {
  let written = 0;
  return (keys) => {
    written += keys;
    const progress = { stage: "Applying", keys: written, bytes: 0 } as const;
    tell(total === undefined ? progress : { ...progress, total: Math.max(total, written) });
  };
}

type Changes = Pick<RestoreResult, "puts" | "deletes" | "unchanged" | "kinds" | "sample" | "proof">;

/** Pure. */
function changesOf({ prefixes, sample }: RestoreTally): Changes {
  const kinds = prefixes.map(({ prefix, creates, updates, deletes }) => ({
    prefix,
    puts: creates + updates,
    deletes,
  }));
  const sum = (numbers: readonly number[]): number => numbers.reduce((all, each) => all + each, 0);
  return {
    puts: sum(kinds.map(({ puts }) => puts)),
    deletes: sum(kinds.map(({ deletes }) => deletes)),
    unchanged: sum(prefixes.map(({ unchanged }) => unchanged)),
    kinds: kinds
      .filter(({ puts, deletes }) => puts + deletes > 0)
      .sort((a, b) => b.puts + b.deletes - a.puts - a.deletes)
      .slice(0, MOST_KINDS),
    sample,
  };
}

async function resultOf(
  { operation, snapId }: RestoreTask,
  live: KvStore,
  changes: Changes,
): Promise<RestoreResult> {
  return { ok: true, operation, snapId, ...changes, revision: await live.revision() };
}
