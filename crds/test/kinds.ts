import {
  ACCEPTED_OPERATION_UPDATES,
  LEAST_OPERATION,
  REFUSED_OPERATION_UPDATES,
  REFUSED_OPERATIONS,
} from "./operation-refusals.ts";
import type { AcceptedCreate, AcceptedUpdate, RefusedCreate, RefusedUpdate } from "./refusal.ts";
import { ACCEPTED_CREATES, REFUSED_CREATES } from "./refused-creates.ts";
import { ACCEPTED_UPDATES, REFUSED_UPDATES } from "./refused-updates.ts";
import type { Kind } from "./schema-nodes.ts";

/** What is known of the rules of one kind. */
export interface KindCases {
  readonly kind: Kind;
  /** A spec with nothing that is not required. */
  readonly leastSpec: object;
  readonly refusedCreates: readonly RefusedCreate[];
  readonly acceptedCreates: readonly AcceptedCreate[];
  readonly refusedUpdates: readonly RefusedUpdate[];
  readonly acceptedUpdates: readonly AcceptedUpdate[];
  /** Places of the schema's defaults. */
  readonly defaults: readonly string[];
}

/** Every kind. */
export const KINDS: readonly KindCases[] = [
  {
    kind: "VClusterInstance",
    leastSpec: {},
    refusedCreates: REFUSED_CREATES,
    acceptedCreates: ACCEPTED_CREATES,
    refusedUpdates: REFUSED_UPDATES,
    acceptedUpdates: ACCEPTED_UPDATES,
    // What autoscalers read.
    defaults: ["spec.controlPlane", "spec.controlPlane.replicas", "status"],
  },
  {
    kind: "VClusterOperation",
    leastSpec: LEAST_OPERATION,
    refusedCreates: REFUSED_OPERATIONS,
    acceptedCreates: [{ spec: LEAST_OPERATION }, { spec: { ...LEAST_OPERATION, cancel: true } }],
    refusedUpdates: REFUSED_OPERATION_UPDATES,
    acceptedUpdates: ACCEPTED_OPERATION_UPDATES,
    defaults: ["status"],
  },
];
