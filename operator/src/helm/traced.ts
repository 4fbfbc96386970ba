import type { Tracing } from "@open-vcluster/runtime";
import { aroundHelm } from "./around.ts";
import type { Helm } from "./helm.ts";

/** Runs of Helm as spans of the effect that they belong to. */
export function tracedHelm(helm: Helm, tracing: Tracing): Helm {
  return aroundHelm(helm, (verb, release, run) =>
    tracing.inside(
      { name: `helm ${verb}`, kind: "client", facts: { "helm.release": release } },
      run,
    ),
  );
}
