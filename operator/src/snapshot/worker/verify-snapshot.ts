import { createRules, needsOfPart, openSnapshot } from "../engine/index.ts";
import { assertFitsEtcd } from "./assert-fits.ts";
import { openTaskRepository } from "./open-repository.ts";
import { readBack } from "./read-back.ts";
import type { VerifyResult } from "./result.ts";
import type { VerifyTask } from "./task.ts";
import type { TaskRun } from "./task-run.ts";

/** Reads a snapshot as far as a task asks. */
export async function verifyTaskSnapshot(task: VerifyTask, run: TaskRun): Promise<VerifyResult> {
  const { repository: place, subject, snapId, level, part, into } = task;
  const repository = await openTaskRepository(place, run);
  await readBack(repository, { place, subject, snapId, level }, run);
  if (part === undefined && into === undefined) {
    return { ok: true, operation: "verify", snapId, verifiedLevel: level };
  }
  const call = { signal: run.signal };
  const snapshot = await openSnapshot(repository, { uid: subject.uid, snapId }, call);
  if (part !== undefined) {
    const { filters: selection, keepEvents: withEvents } = part;
    const identity = part.identity === "same" ? "same" : "new";
    await needsOfPart({ repository, snapshot }, { identity, selection, withEvents }, call);
  }
  // Whatever an etcd held, another one takes as well.
  if (into === "etcd" && snapshot.manifest.header.subject.facts["store"] !== "etcd") {
    const selection = part?.filters ?? {};
    const rules = createRules({ identity: "same", selection, withEvents: true });
    await assertFitsEtcd(repository, snapshot, { ...call, rules });
  }
  return { ok: true, operation: "verify", snapId, verifiedLevel: level };
}
