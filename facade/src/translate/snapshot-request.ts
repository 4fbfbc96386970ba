import { boundsAt, type SnapshotVClusterRequest } from "@open-vcluster/api";
import { API_VERSION, VCLUSTER_SNAPSHOT, type VClusterSnapshot } from "@open-vcluster/crds";
import type { FieldViolation } from "@open-vcluster/runtime";
import { labelViolations } from "./labels.ts";
import { namespaceOf } from "./names.ts";
import { targetViolations } from "./validate.ts";
import { within } from "./within.ts";

const isSnapshotName = within(boundsAt("SnapshotVClusterRequest.snapshot_name"));
const { maxLength: MAX_DESCRIPTION } = boundsAt("SnapshotVClusterRequest.description", "maxLength");
const RETENTION = boundsAt("SnapshotVClusterRequest.retention_hours", "minimum", "maximum");
/** As the schema of the resource has it: no control characters but line breaks and tabs. */
const TEXT = /^[^\p{Cc}\p{Cs}]*$/u;

/** Everything that is wrong with a request for a snapshot. */
export function snapshotViolations(request: SnapshotVClusterRequest): readonly FieldViolation[] {
  const { snapshotName, description, retentionHours } = request;
  return [
    ...targetViolations(request),
    ...labelViolations(request.labels),
    ...unless(
      snapshotName === "" || isSnapshotName(snapshotName),
      "snapshot_name",
      "must be a DNS label of at most 63 lower case letters, digits and '-'",
    ),
    ...unless(
      description.length <= MAX_DESCRIPTION && TEXT.test(description.replace(/[\n\t]/g, " ")),
      "description",
      `must have at most ${MAX_DESCRIPTION} characters, of which none is a control character`,
    ),
    ...unless(
      retentionHours >= RETENTION.minimum && retentionHours <= RETENTION.maximum,
      "retention_hours",
      `must be between ${RETENTION.minimum} and ${RETENTION.maximum}`,
    ),
  ];
}

/**
 * The resource that a request asks for, by a name. Pure.
 *
 * @param locationRef - where the snapshots of the instance go; absent: to the operator's default
 */
export function snapshotFrom(
  request: SnapshotVClusterRequest,
  name: string,
  locationRef?: VClusterSnapshot["spec"]["locationRef"],
): VClusterSnapshot {
  const { description, retentionHours } = request;
  return {
    apiVersion: API_VERSION,
    kind: VCLUSTER_SNAPSHOT.kind,
    metadata: { name, namespace: namespaceOf(request), labels: { ...request.labels } },
    spec: {
      instanceRef: { name: request.name },
      ...(locationRef === undefined ? {} : { locationRef }),
      ...(description === "" ? {} : { description }),
      ...(retentionHours === 0 ? {} : { expiresAfter: `${retentionHours}h` }),
    },
  };
}

function unless(holds: boolean, field: string, description: string): readonly FieldViolation[] {
  return holds ? [] : [{ field, description }];
}
