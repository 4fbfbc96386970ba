import type { DescField } from "@bufbuild/protobuf";
import { CONTRACT_FILES, LimitsConfigSchema } from "@open-vcluster/api";
import { SPEC_BINDINGS } from "./binding.ts";
import type { WireFieldRule } from "./field-rule.ts";
import { SPEC_LEAVES } from "./leaf.ts";
import { REQUEST_FIELDS } from "./request-field.ts";
import { REFUSED_FIELDS } from "./spec-check.ts";

/** One row of the table. */
export interface WireField {
  readonly message: string;
  readonly field: DescField;
  /** Undefined for a field that nobody decided about. */
  readonly rule: WireFieldRule | undefined;
}

/** Messages that no request carries. */
const OUTPUT_MESSAGES: ReadonlySet<string> = new Set([
  "VCluster",
  "VClusterStatus",
  "ResourceUsage",
  "Condition",
  "SnapshotInfo",
  "HelmReleaseInfo",
  "FieldChange",
  "ExecCredentialStatus",
  "Snapshot",
  "WorkProgress",
  "RestorePlan",
  "RestorePlanKind",
  "Operation",
  "OperationTarget",
  "OperationStep",
]);

/** Fields of the specification that are not kept themselves, but say what others mean. */
const SPEC_EFFECTS: Readonly<Record<string, string>> = {
  "VClusterSpec.enable_ha":
    "spec.controlPlane.replicas 3 and spec.backingStore.type etcd, where unset",
  "IngressConfig.enabled": "whether there is a spec.ingress",
  "TLSConfig.enabled": "whether there is a spec.ingress.tls",
  "TLSConfig.use_cert_manager": "whether spec.ingress.tls.issuerName may be set",
  "PluginConfig.name": "spec.plugins[].name",
  "PluginConfig.version": "the tag of spec.plugins[].image",
  "PluginConfig.config": "spec.plugins[].config",
  "PluginConfig.enabled": "spec.plugins[].enabled",
  "PluginConfig.image": "spec.plugins[].image",
};

/** Every field of every message of the contract, in its order. */
export function wireFields(): readonly WireField[] {
  const spec = specRules();
  return CONTRACT_FILES.flatMap(({ messages }) => messages).flatMap((message) =>
    message.fields.map((field) => ({ message: message.name, field, rule: ruleOf(field, spec) })),
  );
}

function ruleOf(
  field: DescField,
  spec: ReadonlyMap<string, WireFieldRule>,
): WireFieldRule | undefined {
  const message = field.parent.name;
  if (OUTPUT_MESSAGES.has(message) || message.endsWith("Response")) return { kind: "output" };
  return REQUEST_FIELDS[message]?.[field.name] ?? spec.get(keyOf(field)) ?? groupRule(field);
}

/** A message within the specification acts through its fields. */
function groupRule(field: DescField): WireFieldRule | undefined {
  if (field.fieldKind !== "message") return undefined;
  const isPart = SPEC_LEAVES.some((leaf) => leaf.field.parent === field.message);
  const effect = `the fields of ${field.message.name}`;
  return isPart || field.message === LimitsConfigSchema ? { kind: "acts", effect } : undefined;
}

/** The rules of the specification and of the messages in it, by message and field. */
function specRules(): ReadonlyMap<string, WireFieldRule> {
  const rules = new Map<string, WireFieldRule>();
  for (const [key, effect] of Object.entries(SPEC_EFFECTS))
    rules.set(key, { kind: "acts", effect });
  for (const { path, field } of SPEC_LEAVES) {
    const advice = REFUSED_FIELDS[path];
    if (advice !== undefined) rules.set(keyOf(field), { kind: "refused", advice });
    const places = SPEC_BINDINGS.filter(({ wire }) => wire === path).map(
      ({ resource }) => `spec.${resource.join(".")}`,
    );
    if (places.length === 0) continue;
    const before = rules.get(keyOf(field));
    const earlier = before?.kind === "acts" ? [before.effect] : [];
    rules.set(keyOf(field), { kind: "acts", effect: [...earlier, ...places].join(", ") });
  }
  return rules;
}

function keyOf(field: DescField): string {
  return `${field.parent.name}.${field.name}`;
}
