import type { FieldViolation } from "@open-vcluster/runtime";
import { amountViolations } from "./amount-order.ts";
import { SPEC_BINDINGS } from "./binding.ts";
import type { Leaves } from "./leaf.ts";
import { stableJson } from "./tree.ts";

/** Fields of the specification that are refused when set, with the way out. */
export const REFUSED_FIELDS: Readonly<Record<string, string>> = {
  "network.pod_cidr": "pods get addresses of the host cluster: leave it empty",
  "network.dns_service_ip": "the host cluster gives the DNS Service its address: leave it empty",
  "storage.default_storage_class":
    "StorageClasses inside are the host's: leave it empty, and set spec.storage.persistence_storage_class for the control plane",
  "sync.custom_resources":
    "the open-source control plane does not sync custom resources: leave it empty",
  "service_account.automount_token": "the control plane always mounts its token: leave it unset",
};

type Check = (leaves: Leaves) => readonly FieldViolation[];

/** Checks across fields, in order; those of one field alone are in the bindings. */
const CHECKS: readonly Check[] = [
  highAvailability,
  manyReplicas,
  volume,
  sqliteVolume,
  ingress,
  tls,
  issuer,
  backingStore,
  amountViolations,
];

/** Everything that is wrong with the specification of a new virtual cluster. */
export function specViolations(leaves: Leaves): readonly FieldViolation[] {
  return [...fieldViolations(leaves), ...consistencyViolations(leaves)];
}

/** What is wrong with single fields. Those that are as before were accepted once and are not judged again. */
export function fieldViolations(
  leaves: Leaves,
  before: Leaves = new Map(),
): readonly FieldViolation[] {
  const changed = new Map(
    [...leaves].filter(([wire, value]) => stableJson(value) !== stableJson(before.get(wire))),
  );
  return [...refusedFields(changed), ...singleFields(changed)];
}

/** What fields say against each other. */
export function consistencyViolations(leaves: Leaves): readonly FieldViolation[] {
  return CHECKS.flatMap((check) => check(leaves));
}

function refusedFields(leaves: Leaves): readonly FieldViolation[] {
  return Object.entries(REFUSED_FIELDS)
    .filter(([wire]) => leaves.has(wire))
    .map(([wire, advice]) => violation(wire, `is refused, because ${advice}`));
}

function singleFields(leaves: Leaves): readonly FieldViolation[] {
  return SPEC_BINDINGS.filter(({ wire }) => leaves.has(wire)).flatMap(({ wire, codec }) =>
    codec.faults(leaves.get(wire)).map(({ at, must }) => violation(`${wire}${at}`, must)),
  );
}

function highAvailability(leaves: Leaves): readonly FieldViolation[] {
  if (leaves.get("enable_ha") !== true) return [];
  return [
    ...when(
      leaves.get("replicas") === 1,
      "enable_ha",
      "contradicts spec.replicas 1: set spec.replicas to 3 or 5, or leave it 0",
    ),
    ...when(
      leaves.get("backing_store.type") === "sqlite",
      "enable_ha",
      "contradicts spec.backing_store.type sqlite: set etcd or externalEtcd, or leave the type empty",
    ),
  ];
}

function manyReplicas(leaves: Leaves): readonly FieldViolation[] {
  const replicas = leaves.get("replicas");
  const isMany = typeof replicas === "number" && replicas > 1;
  return when(
    isMany && leaves.get("enable_ha") !== true && storeOf(leaves) === "sqlite",
    "replicas",
    "must be 1 on sqlite: create the virtual cluster with spec.enable_ha, or with spec.backing_store.type etcd or externalEtcd",
  );
}

function volume(leaves: Leaves): readonly FieldViolation[] {
  if (leaves.get("storage.ephemeral") !== true) return [];
  return [
    ...when(
      leaves.get("storage.enable_persistence") === true,
      "storage.ephemeral",
      "contradicts spec.storage.enable_persistence: unset one of them",
    ),
    ...["persistence_size", "persistence_storage_class"].flatMap((field) =>
      when(
        leaves.has(`storage.${field}`),
        `storage.${field}`,
        "has no meaning without a volume: leave it empty, or unset spec.storage.ephemeral",
      ),
    ),
  ];
}

function sqliteVolume(leaves: Leaves): readonly FieldViolation[] {
  if (storeOf(leaves) === "sqlite") return [];
  return SPEC_BINDINGS.filter(
    ({ wire, resource }) => resource[0] === "storage" && leaves.has(wire),
  ).map(({ wire }) =>
    violation(
      wire,
      "is about the volume of sqlite: leave it unset, and use spec.backing_store.etcd_storage_size and etcd_storage_class for a deployed etcd",
    ),
  );
}

function ingress(leaves: Leaves): readonly FieldViolation[] {
  if (leaves.get("ingress.enabled") === true) {
    return when(!leaves.has("ingress.hostname"), "ingress.hostname", "must be set");
  }
  return setBelow(leaves, "ingress.").map((wire) =>
    violation(wire, "has no meaning without an ingress: set spec.ingress.enabled, or unset it"),
  );
}

function tls(leaves: Leaves): readonly FieldViolation[] {
  if (leaves.get("ingress.enabled") !== true) return [];
  if (leaves.get("ingress.tls.enabled") === true) {
    return when(!leaves.has("ingress.tls.secret_name"), "ingress.tls.secret_name", "must be set");
  }
  return setBelow(leaves, "ingress.tls.").map((wire) =>
    violation(wire, "has no meaning without TLS: set spec.ingress.tls.enabled, or unset it"),
  );
}

function issuer(leaves: Leaves): readonly FieldViolation[] {
  const usesCertManager = leaves.get("ingress.tls.use_cert_manager") === true;
  const hasName = leaves.has("ingress.tls.issuer_name");
  return [
    ...when(
      usesCertManager && !hasName,
      "ingress.tls.issuer_name",
      "must be set with spec.ingress.tls.use_cert_manager",
    ),
    ...when(
      hasName && !usesCertManager,
      "ingress.tls.issuer_name",
      "has no meaning without cert-manager: set spec.ingress.tls.use_cert_manager, or unset it",
    ),
    ...when(
      leaves.has("ingress.tls.issuer_kind") && !hasName,
      "ingress.tls.issuer_kind",
      "has no meaning without spec.ingress.tls.issuer_name: name the issuer, or unset it",
    ),
  ];
}

function backingStore(leaves: Leaves): readonly FieldViolation[] {
  const store = storeOf(leaves);
  const isExternal = store === "externalEtcd";
  return [
    ...when(
      isExternal && !leaves.has("backing_store.external_endpoint"),
      "backing_store.external_endpoint",
      "must be set with type externalEtcd",
    ),
    ...when(
      isExternal && !leaves.has("backing_store.external_tls_secret"),
      "backing_store.external_tls_secret",
      "must be set with type externalEtcd",
    ),
    ...setBelow(leaves, "backing_store.external_")
      .filter(() => !isExternal)
      .map((wire) => violation(wire, "needs spec.backing_store.type externalEtcd")),
    ...setBelow(leaves, "backing_store.etcd_")
      .filter(() => store !== "etcd")
      .map((wire) => violation(wire, "needs spec.backing_store.type etcd")),
  ];
}

/** The kind of store that a specification means. */
export function storeOf(leaves: Leaves): unknown {
  return leaves.get("backing_store.type") ?? (leaves.get("enable_ha") === true ? "etcd" : "sqlite");
}

function setBelow(leaves: Leaves, prefix: string): readonly string[] {
  return [...leaves.keys()].filter((wire) => wire.startsWith(prefix));
}

function when(holds: boolean, wire: string, description: string): readonly FieldViolation[] {
  return holds ? [violation(wire, description)] : [];
}

function violation(wire: string, description: string): FieldViolation {
  return { field: `spec.${wire}`, description };
}
