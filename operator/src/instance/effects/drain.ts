import { evictPods } from "../../drain/evict.ts";
import { KINDS } from "../../world/kinds.ts";
import { withVirtual } from "../glance/virtual.ts";
import type { EffectContext } from "./context.ts";
import type { Effects } from "./effect.ts";

/** Effects on the tenant's pods, through the virtual API. */
export const drainEffects: Pick<Effects, "evictPods" | "deletePods"> = {
  evictPods: async ({ pods }, context, signal) => {
    const evictions = await withVirtual(
      context.client,
      placeOf(context),
      (virtual) => evictPods(virtual, pods, signal),
      signal,
    );
    return { evictions };
  },
  deletePods: async ({ pods }, context, signal) => {
    await withVirtual(
      context.client,
      placeOf(context),
      async (virtual) => {
        for (const { namespace, name, uid } of pods) {
          await virtual.delete(KINDS.pod, { namespace, name }, { uid, signal });
        }
      },
      signal,
    );
    return {};
  },
};

function placeOf({ at, seen }: EffectContext): {
  readonly at: EffectContext["at"];
  readonly clusterIP: string;
} {
  return { at, clusterIP: seen.service?.clusterIP ?? "" };
}
