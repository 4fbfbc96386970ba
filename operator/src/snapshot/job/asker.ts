import { type Informer, keyText } from "@open-vcluster/runtime";
import type { Waker } from "../../world/run-controller.ts";
import type { JobMark } from "./job-mark.ts";
import type { Asker } from "./work.ts";

/** How a Job names who asked for it. Pure. */
export function askerText({ kind, namespace, name }: Asker): string {
  return `${kind}/${namespace}/${name}`;
}

/** Wakes the objects of a kind whose Jobs change. Returns how to stop. */
export function wakeAskers(
  kind: Asker["kind"],
  jobs: Informer<JobMark>,
  controller: Waker,
): () => void {
  return jobs.onChange(({ object }) => {
    const [asking, namespace = "", name = ""] = object.asker.split("/");
    if (asking === kind) controller.enqueue(keyText({ namespace, name }));
  });
}
