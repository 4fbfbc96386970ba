import type { JsonObject } from "../../json.ts";
import { mergeValues } from "../../merge.ts";
import type { RenderInput } from "../renderer.ts";
import { controlPlaneValues } from "./control-plane.ts";
import { exposureValues } from "./exposure.ts";
import { identityValues, rawValues } from "./identity.ts";
import { policyValues } from "./policies.ts";
import { helperValues } from "./resources.ts";
import { storeValues } from "./store.ts";
import { syncValues } from "./sync.ts";

/**
 * Renderer "1". Its output is frozen by golden files: a control plane restarts for any change of its values, so a
 * change of behaviour is a new renderer and never an edit of this one.
 *
 * @param input - desired state and the facts of the release
 * @returns values for `helm upgrade --install`; `null` deletes a default of the chart
 */
export function renderV1(input: RenderInput): JsonObject {
  const ours = [
    identityValues(input),
    controlPlaneValues(input),
    storeValues(input),
    syncValues(input),
    policyValues(input),
    helperValues(input.spec),
    ...exposureValues(input),
  ];
  return ours.reduce(mergeValues, rawValues(input));
}
