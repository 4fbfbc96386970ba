import { type DescMessage, type JsonValue, type MessageShape, toJson } from "@bufbuild/protobuf";
import type { FieldMask } from "@bufbuild/protobuf/wkt";
import type { InstanceId } from "@open-vcluster/crds";

/** How long an answer is waited for belongs to the call, not to what is asked. */
const NOT_PAYLOAD = { requestId: "", waitForReady: false, timeoutSeconds: 0, validateOnly: false };

/**
 * What of a request must be the same for its id to be: a namespace that is left out is the one that it stands for.
 * Pure.
 */
export function payloadOf<D extends DescMessage>(
  schema: D,
  request: MessageShape<D>,
  target: Partial<InstanceId>,
): JsonValue {
  const { updateMask, ...rest } = { ...request, ...target, ...NOT_PAYLOAD } as MessageShape<D> & {
    readonly updateMask?: FieldMask;
  };
  const asked = toJson(schema, rest as MessageShape<D>);
  // Not every text that a path may be has a form in JSON.
  return updateMask === undefined ? asked : [asked, updateMask.paths];
}
