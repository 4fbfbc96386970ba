import { type ConfigFault, parseConfig } from "@open-vcluster/runtime";
import { RULES } from "./rules.ts";
import { FACADE_VARIABLES, type FacadeConfig } from "./variables.ts";

/** A whole configuration, or everything that is wrong with it. */
export type FacadeConfigResult =
  | { readonly config: FacadeConfig; readonly faults?: undefined }
  | { readonly config?: undefined; readonly faults: readonly ConfigFault[] };

/** Reads all variables, and what they say together; reports all faults at once. Pure. */
export function parseFacadeConfig(
  env: Readonly<Record<string, string | undefined>>,
): FacadeConfigResult {
  const { config, faults = [] } = parseConfig(FACADE_VARIABLES, env);
  const together = RULES.flatMap((rule) => rule(env) ?? []);
  if (config === undefined || together.length > 0) return { faults: [...faults, ...together] };
  return { config };
}
