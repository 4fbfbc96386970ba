import type { EvictionOutcome } from "../../drain/evict.ts";
import type { InstanceAction } from "../action.ts";
import type { EffectContext } from "./context.ts";

/** What an effect tells beyond having happened. */
export interface Outcome {
  readonly evictions?: readonly EvictionOutcome[];
}

/** Names of the effects. */
export type EffectName = Exclude<InstanceAction["kind"], "none">;

/** One effect on the world. */
export type Effect<K extends EffectName> = (
  action: Extract<InstanceAction, { kind: K }>,
  context: EffectContext,
  signal: AbortSignal,
) => Promise<Outcome>;

/** Every effect by name. */
export type Effects = { readonly [K in EffectName]: Effect<K> };
