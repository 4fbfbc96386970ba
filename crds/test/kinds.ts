import {
  ACCEPTED_LOCATION_UPDATES,
  ACCEPTED_LOCATIONS,
  LEAST_LOCATION,
  REFUSED_LOCATION_UPDATES,
  REFUSED_LOCATIONS,
} from "./location-refusals.ts";
import {
  ACCEPTED_OPERATION_UPDATES,
  LEAST_OPERATION,
  REFUSED_OPERATION_UPDATES,
  REFUSED_OPERATIONS,
} from "./operation-refusals.ts";
import type { AcceptedCreate, AcceptedUpdate, RefusedCreate, RefusedUpdate } from "./refusal.ts";
import { ACCEPTED_CREATES, REFUSED_CREATES } from "./refused-creates.ts";
import { ACCEPTED_UPDATES, REFUSED_UPDATES } from "./refused-updates.ts";
import {
  ACCEPTED_RESTORES,
  LEAST_RESTORE,
  REFUSED_RESTORE_UPDATES,
  REFUSED_RESTORES,
} from "./restore-refusals.ts";
import type { Kind } from "./schema-nodes.ts";
import {
  ACCEPTED_SNAPSHOT_UPDATES,
  ACCEPTED_SNAPSHOTS,
  LEAST_SNAPSHOT,
  REFUSED_SNAPSHOT_UPDATES,
  REFUSED_SNAPSHOTS,
} from "./snapshot-refusals.ts";

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
  {
    kind: "VClusterSnapshotLocation",
    leastSpec: LEAST_LOCATION,
    refusedCreates: REFUSED_LOCATIONS,
    acceptedCreates: ACCEPTED_LOCATIONS,
    refusedUpdates: REFUSED_LOCATION_UPDATES,
    acceptedUpdates: ACCEPTED_LOCATION_UPDATES,
    defaults: ["status"],
  },
  {
    kind: "VClusterSnapshot",
    leastSpec: LEAST_SNAPSHOT,
    refusedCreates: REFUSED_SNAPSHOTS,
    acceptedCreates: ACCEPTED_SNAPSHOTS,
    refusedUpdates: REFUSED_SNAPSHOT_UPDATES,
    acceptedUpdates: ACCEPTED_SNAPSHOT_UPDATES,
    defaults: ["status"],
  },
  {
    kind: "VClusterRestore",
    leastSpec: LEAST_RESTORE,
    refusedCreates: REFUSED_RESTORES,
    acceptedCreates: ACCEPTED_RESTORES,
    refusedUpdates: REFUSED_RESTORE_UPDATES,
    acceptedUpdates: [{ before: LEAST_RESTORE, after: LEAST_RESTORE }],
    defaults: ["status"],
  },
];
