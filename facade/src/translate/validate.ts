import { boundsAt, type CreateVClusterRequest } from "@open-vcluster/api";
import { PROJECT_LABEL } from "@open-vcluster/crds";
import type { FieldViolation } from "@open-vcluster/runtime";
import { isLabelValue, LABEL_VALUE_MUST, labelViolations } from "./labels.ts";
import { leavesOf } from "./leaf.ts";
import { namespaceViolations, nameViolations } from "./names.ts";
import { specViolations } from "./spec-check.ts";

/** Longest owner, in characters. */
export const MAX_OWNER_LENGTH: number = boundsAt(
  "CreateVClusterRequest.owner",
  "maxLength",
).maxLength;

const { maxLength: MAX_ID_LENGTH } = boundsAt("CreateVClusterRequest.request_id", "maxLength");
const PRINTABLE = /^[^\p{Cc}\p{Cs}\p{Zl}\p{Zp}]*$/u;

interface Named {
  readonly name: string;
  readonly namespace: string;
}

/** Everything that is wrong with a creation. */
export function createViolations(request: CreateVClusterRequest): readonly FieldViolation[] {
  return [
    ...targetViolations(request),
    ...labelViolations(request.labels),
    ...ownerViolations(request.owner),
    ...projectViolations(request),
    ...secondsViolations(
      "timeout_seconds",
      request.timeoutSeconds,
      boundsAt("CreateVClusterRequest.timeout_seconds", "minimum", "maximum"),
    ),
    ...specViolations(leavesOf(request.spec)),
  ];
}

/** What is wrong with the parts that every write has. */
export function targetViolations(
  request: Named & { readonly requestId: string; readonly etag?: string },
): readonly FieldViolation[] {
  return [
    ...nameViolations(request.name),
    ...namespaceViolations(request.namespace),
    ...requestIdViolations(request.requestId),
    ...idViolations("etag", request.etag ?? ""),
  ];
}

/** What is wrong with the id of a request. */
export function requestIdViolations(requestId: string): readonly FieldViolation[] {
  return idViolations("request_id", requestId);
}

/** What is wrong with a span of seconds. */
export function secondsViolations(
  field: string,
  seconds: number,
  { minimum, maximum }: { readonly minimum: number; readonly maximum: number },
): readonly FieldViolation[] {
  if (seconds >= minimum && seconds <= maximum) return [];
  return [{ field, description: `must be between ${minimum} and ${maximum} seconds` }];
}

/** What is wrong with an opaque text that a client chose or read. */
function idViolations(field: string, id: string): readonly FieldViolation[] {
  if (id.length <= MAX_ID_LENGTH && PRINTABLE.test(id)) return [];
  return [{ field, description: `must have at most ${MAX_ID_LENGTH} printable characters` }];
}

function ownerViolations(owner: string): readonly FieldViolation[] {
  if (owner.length <= MAX_OWNER_LENGTH && PRINTABLE.test(owner)) return [];
  const description = `must have at most ${MAX_OWNER_LENGTH} printable characters`;
  return [{ field: "owner", description }];
}

function projectViolations(request: CreateVClusterRequest): readonly FieldViolation[] {
  const { project } = request;
  if (!isLabelValue(project)) return [{ field: "project", description: LABEL_VALUE_MUST }];
  const label = request.labels[PROJECT_LABEL];
  if (project === "" || label === undefined || label === project) return [];
  return [
    { field: "project", description: `contradicts the label ${PROJECT_LABEL}: set one of them` },
  ];
}
