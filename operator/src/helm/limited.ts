import { createTurns } from "@open-vcluster/runtime";
import { aroundHelm } from "./around.ts";
import type { Helm } from "./helm.ts";

/** Helm, of which only so many run at a time: their memory counts as the operator's own. */
export function limitedHelm(helm: Helm, atOnce: number): Helm {
  const turns = createTurns(atOnce);
  return aroundHelm(helm, (_verb, _release, run) => turns.take(run));
}
