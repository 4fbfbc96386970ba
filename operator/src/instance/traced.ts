import { TRACEPARENT_ANNOTATION } from "@open-vcluster/crds";
import type { Tracing } from "@open-vcluster/runtime";
import type { ReconcileDeps } from "./reconcile.ts";

/** Effects as spans of the trace that the instance's last write belongs to; without one nothing is traced. */
export function tracedAct(act: ReconcileDeps["act"], tracing: Tracing): ReconcileDeps["act"] {
  return (action, context, signal) => {
    const { metadata } = context.seen.instance;
    const parent = metadata.annotations?.[TRACEPARENT_ANNOTATION];
    if (parent === undefined) return act(action, context, signal);
    const facts = {
      "k8s.namespace.name": metadata.namespace ?? "",
      "vcluster.name": metadata.name,
    };
    const spec = { name: `reconcile ${action.kind}`, parent, facts };
    return tracing.around(spec, () => act(action, context, signal));
  };
}
