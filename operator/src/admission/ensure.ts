import type { HasMetadata, KubeClient, ResourceType } from "@open-vcluster/runtime";
import { FIELD_MANAGER } from "../world/field-manager.ts";
import { drainPolicy } from "./drain-policy.ts";
import { forgeryPolicy } from "./forgery-policy.ts";
import {
  type BoundPolicy,
  VALIDATING_ADMISSION_POLICY,
  VALIDATING_ADMISSION_POLICY_BINDING,
} from "./policy.ts";
import { protectionPolicy } from "./protection-policy.ts";

/** What {@link ensureAdmission} needs. */
export interface AdmissionDeps {
  readonly client: KubeClient;
  /** A DNS label. */
  readonly operatorId: string;
}

/** Every admission policy of an operator. Pure. */
export function admissionPolicies(operatorId: string): readonly BoundPolicy[] {
  return [drainPolicy(operatorId), protectionPolicy(operatorId), forgeryPolicy(operatorId)];
}

/**
 * Puts the operator's admission policies into force. Writes only what differs, so that a restart writes nothing.
 *
 * @returns Names of the objects that were written, as `kind/name`.
 */
export async function ensureAdmission(
  deps: AdmissionDeps,
  signal: AbortSignal,
): Promise<readonly string[]> {
  const written: string[] = [];
  for (const { policy, binding } of admissionPolicies(deps.operatorId)) {
    if (await ensure(VALIDATING_ADMISSION_POLICY, policy, deps, signal)) {
      written.push(`${VALIDATING_ADMISSION_POLICY.kind}/${policy.metadata.name}`);
    }
    if (await ensure(VALIDATING_ADMISSION_POLICY_BINDING, binding, deps, signal)) {
      written.push(`${VALIDATING_ADMISSION_POLICY_BINDING.kind}/${binding.metadata.name}`);
    }
  }
  return written;
}

async function ensure(
  type: ResourceType,
  wanted: HasMetadata,
  { client }: AdmissionDeps,
  signal: AbortSignal,
): Promise<boolean> {
  const existing = await client.get(type, { name: wanted.metadata.name }, { signal });
  if (existing !== undefined && isWithin(wanted, existing)) return false;
  await client.apply(type, wanted, { fieldManager: FIELD_MANAGER, force: true, signal });
  return true;
}

/**
 * Tells whether everything in `wanted` is in `existing`: objects may have more fields there, lists must be equal. Pure.
 */
export function isWithin(wanted: unknown, existing: unknown): boolean {
  if (Array.isArray(wanted)) {
    return (
      Array.isArray(existing) &&
      wanted.length === existing.length &&
      wanted.every((item, index) => isWithin(item, existing[index]))
    );
  }
  if (typeof wanted === "object" && wanted !== null) {
    if (typeof existing !== "object" || existing === null) return false;
    const fields = existing as Readonly<Record<string, unknown>>;
    return Object.entries(wanted).every(([field, value]) => isWithin(value, fields[field]));
  }
  return Object.is(wanted, existing);
}
