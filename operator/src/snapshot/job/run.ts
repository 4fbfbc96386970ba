import type { KubeClient } from "@open-vcluster/runtime";
import { createOnce } from "../../world/create-once.ts";
import { KINDS } from "../../world/kinds.ts";
import type { JobMark } from "./job-mark.ts";
import { jobOf, taskSecretOf, workName } from "./manifest.ts";
import type { Work, WorkSettings } from "./work.ts";

/**
 * Begins work, or does nothing if it was begun already. The Job comes first and its pod waits for the Secret, which the
 * Job owns: whatever happens in between, no credentials stay behind.
 */
export async function startWork(
  work: Work,
  client: KubeClient,
  settings: WorkSettings,
  signal: AbortSignal,
): Promise<void> {
  const key = { namespace: settings.namespace, name: workName(work.id) };
  const job = jobOf(work, settings);
  const created = await createOnce(KINDS.job, job, client, signal);
  const uid =
    created?.metadata.uid ??
    (await client.get(KINDS.job, key, { metadataOnly: true, signal }))?.metadata.uid;
  // The Job was there and went: another look decides what comes next.
  if (uid === undefined) return;
  await createOnce(KINDS.secret, taskSecretOf(work, uid, settings), client, signal);
}

/** Ends work, and removes its pods and its Secret. The Job stays until no pod of it is left that could still write. */
export async function endWork(
  { namespace, name, uid }: JobMark,
  client: KubeClient,
  signal: AbortSignal,
): Promise<void> {
  const key = { namespace, name };
  await client.delete(KINDS.job, key, { uid, propagation: "Foreground", signal });
}
