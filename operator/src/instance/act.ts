import type { InstanceAction } from "./action.ts";
import type { EffectContext } from "./effects/context.ts";
import { drainEffects } from "./effects/drain.ts";
import type { Effect, EffectName, Effects, Outcome } from "./effects/effect.ts";
import { identityEffects } from "./effects/identity.ts";
import { kubeconfigEffects } from "./effects/kubeconfig.ts";
import { namespaceEffects } from "./effects/namespace.ts";
import { readerEffects } from "./effects/reader.ts";
import { releaseEffects } from "./effects/release.ts";
import { removalEffects } from "./effects/removal.ts";
import { snapshotEffects } from "./effects/snapshot.ts";

/** The effects on the real world. */
const EFFECTS: Effects = {
  ...namespaceEffects,
  ...identityEffects,
  ...releaseEffects,
  ...snapshotEffects,
  ...drainEffects,
  ...kubeconfigEffects,
  ...readerEffects,
  ...removalEffects,
};

/** The names of all effects. */
export const EFFECT_NAMES: readonly EffectName[] = Object.keys(EFFECTS) as EffectName[];

/** Performs exactly one effect. */
export function act(
  action: Exclude<InstanceAction, { kind: "none" }>,
  context: EffectContext,
  signal: AbortSignal,
): Promise<Outcome> {
  // The table pairs each name with its own effect, which the compiler cannot follow through an index.
  const effect = EFFECTS[action.kind] as Effect<EffectName>;
  return effect(action, context, signal);
}
