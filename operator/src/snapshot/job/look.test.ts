import { describe, expect, it } from "@jest/globals";
import type { KubeClient } from "@open-vcluster/runtime";
import { jobOf } from "../testing/build-snapshot.ts";
import type { JobMark } from "./job-mark.ts";
import { lookAtWork } from "./look.ts";
import { workName } from "./manifest.ts";
import type { WorkId } from "./work.ts";

const ASKER = { kind: "VClusterRestore", namespace: "team", name: "r", uid: "uid-r" } as const;
const attempt = (number: number): WorkId => ({ asker: ASKER, step: "restore", attempt: number });
const EARLIER: JobMark = { ...jobOf(workName(attempt(0))), state: "failed" };

/** Nothing of this asks the cluster. */
const lookAt = (jobs: readonly JobMark[]): ReturnType<typeof lookAtWork> =>
  lookAtWork(attempt(1), jobs, undefined as never, AbortSignal.abort());

const BEGUN: JobMark = { ...jobOf(workName(attempt(1))), state: "running" };

/** A cluster with these objects beside the Job, by kind. */
const clusterWith = (secret: object | undefined): KubeClient =>
  ({
    list: () => Promise.resolve([]),
    listPage: () => Promise.resolve({ items: [] }),
    get: () => Promise.resolve(secret),
  }) as never;

describe("lookAtWork", () => {
  it.each([
    ["is absent while its Job has no Secret, so that it is begun to its end", undefined, "absent"],
    ["runs with it", {}, "running"],
  ])("%s", async (_name, secret, kind) => {
    const { signal } = new AbortController();
    const seen = await lookAtWork(attempt(1), [BEGUN], clusterWith(secret), signal);
    expect(seen.kind).toBe(kind);
  });

  it.each<[string, readonly JobMark[], string]>([
    ["is absent when nothing was begun", [], "absent"],
    ["is absent when the attempt before is over", [EARLIER], "absent"],
    ["waits for an attempt before that runs", [{ ...EARLIER, state: "running" }], "leaving"],
    ["waits for an attempt before that is removed", [{ ...EARLIER, terminating: true }], "leaving"],
  ])("%s", async (_name, jobs, kind) => {
    expect(await lookAt(jobs)).toEqual({ kind });
  });
});
