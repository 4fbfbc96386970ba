import { create } from "@bufbuild/protobuf";
import { describe, expect, it } from "@jest/globals";
import { VClusterSchema, VClusterSpecSchema } from "@open-vcluster/api";
import type { VClusterInstance } from "@open-vcluster/crds";
import { SPEC_BINDINGS } from "./binding.ts";
import { instanceFrom } from "./create.ts";
import { leafFieldsOf, leavesOf } from "./leaf.ts";
import { toMessage } from "./message.ts";
import { REQUEST_FIELDS } from "./request-field.ts";
import { REFUSED_FIELDS } from "./spec-check.ts";
import { instance } from "./testing/build.ts";
import { failureFrom } from "./testing/failure.ts";
import { creation } from "./testing/requests.ts";
import { readAt, type Tree, writtenAt } from "./tree.ts";
import { wireFields } from "./wire-field.ts";

/** A value for each field that acts, and what else must be set for it to be accepted. */
const SAMPLES: Readonly<
  Record<string, readonly [value: unknown, also?: Readonly<Record<string, unknown>>]>
> = {
  kubernetes_version: ["1.36.0"],
  replicas: [3, { enable_ha: true }],
  "network.service_cidr": ["10.96.0.0/12"],
  "network.dns.nameservers": [["10.0.0.1"]],
  "network.dns.searches": [["corp.example.com"]],
  "network.dns.options": [["ndots:2"]],
  "storage.persistence_storage_class": ["fast"],
  distro: ["k3s"],
  helm_values: ['{"a":null}'],
  plugins: [[{ name: "a", image: "b", version: "1", config: '{"k":"v"}', enabled: true }]],
  "ingress.ingress_class": ["nginx", { "ingress.enabled": true, "ingress.hostname": "a.b" }],
  "ingress.hostname": ["a.b", { "ingress.enabled": true }],
  "ingress.annotations": [{ a: "b" }, { "ingress.enabled": true, "ingress.hostname": "a.b" }],
  "service_account.name": ["sa"],
  "service_account.annotations": [{ a: "b" }],
  isolation_mode: ["full"],
  chart_version: ["0.36.1"],
  "backing_store.type": ["etcd"],
  "backing_store.etcd_replicas": [3, { "backing_store.type": "etcd" }],
  "backing_store.etcd_storage_size": ["2Gi", { "backing_store.type": "etcd" }],
  "backing_store.etcd_storage_class": ["fast", { "backing_store.type": "etcd" }],
  deletion_policy: ["Retain"],
  target_namespace: ["vc-shop"],
};
const TLS = { "ingress.enabled": true, "ingress.hostname": "a.b", "ingress.tls.enabled": true };
const ISSUED = {
  ...TLS,
  "ingress.tls.secret_name": "s",
  "ingress.tls.issuer_name": "i",
  "ingress.tls.use_cert_manager": true,
};
const EXTERNAL = {
  "backing_store.type": "externalEtcd",
  "backing_store.external_endpoint": "https://etcd:2379",
  "backing_store.external_tls_secret": "tls",
};
const GROUPS: readonly (readonly [
  RegExp,
  readonly [unknown, Readonly<Record<string, unknown>>?],
])[] = [
  [/^ingress\.tls\.issuer_kind$/, ["ClusterIssuer", ISSUED]],
  [/^ingress\.tls\./, ["x", ISSUED]],
  [/^backing_store\.external_endpoint$/, ["https://e:1", EXTERNAL]],
  [/^backing_store\.external_/, ["x", EXTERNAL]],
  [/^(sync\.|network\.enable|storage\.(e|enable)|deletion_protection)/, [true]],
  [/^quota\.(pods|services|secrets|config_maps|persistent)/, [7]],
  [/./, ["2"]],
];

function sampleOf(wire: string): readonly [unknown, Readonly<Record<string, unknown>>?] {
  return SAMPLES[wire] ?? GROUPS.find(([names]) => names.test(wire))?.[1] ?? [undefined];
}

function createdWith(leaves: Readonly<Record<string, unknown>>): VClusterInstance {
  let spec: Tree = {};
  for (const { path, names } of leafFieldsOf(VClusterSpecSchema)) {
    if (Object.hasOwn(leaves, path)) spec = writtenAt(spec, names, leaves[path]);
  }
  return instanceFrom(creation(create(VClusterSpecSchema, spec)), "ann");
}

describe("the table of fields", () => {
  it("has a rule for every field of the contract", () => {
    const open = wireFields().filter(({ rule }) => rule === undefined);
    expect(open.map(({ field }) => String(field))).toEqual([]);
  });

  it("has no rule for a field that does not exist", () => {
    const known = new Set(wireFields().map(({ message, field }) => `${message}.${field.name}`));
    const named = Object.entries(REQUEST_FIELDS).flatMap(([message, rules]) =>
      Object.keys(rules).map((field) => `${message}.${field}`),
    );
    expect(named.filter((name) => !known.has(name))).toEqual([]);
    const paths = new Set(leafFieldsOf(VClusterSpecSchema).map(({ path }) => path));
    const bound = [...SPEC_BINDINGS.map(({ wire }) => wire), ...Object.keys(REFUSED_FIELDS)];
    expect(bound.filter((path) => !paths.has(path))).toEqual([]);
  });

  it.each(SPEC_BINDINGS.map(({ wire, resource }) => [wire, `spec.${resource.join(".")}`]))(
    "spec.%s acts on %s and comes back",
    (wire, resource) => {
      const [value, also = {}] = sampleOf(wire);
      const { [wire]: _, ...without } = also;
      const made = createdWith({ ...without, [wire]: value });
      expect(readAt(made, resource.split("."))).toBeDefined();
      const shown = leavesOf(toMessage(made).spec).get(wire);
      expect(shown).toEqual(
        Array.isArray(value) && wire === "plugins"
          ? [expect.objectContaining(value[0] as object)]
          : value,
      );
    },
  );

  it.each(Object.entries(REFUSED_FIELDS))("spec.%s is refused with advice", (wire, advice) => {
    const value = wire === "sync.custom_resources" ? ["a"] : wire.endsWith("token") ? true : "x";
    const { violations } = failureFrom(() => createdWith({ [wire]: value }));
    expect(violations).toEqual([
      { field: `spec.${wire}`, description: `is refused, because ${advice}` },
    ]);
  });
});

describe("output", () => {
  const elsewhere = /^status\.(kubeconfig|current_usage|last_snapshot)/;
  const paths = leafFieldsOf(VClusterSchema)
    .filter(({ path }) => !path.startsWith("spec.") && !elsewhere.test(path))
    .map(({ path, names }) => [path, names] as const);

  it.each(paths)("%s is filled from the resource", (_, names) => {
    expect(readAt(toMessage(FULL), names)).toBeTruthy();
  });
});

const FULL = instance({
  metadata: {
    labels: { env: "prod" },
    annotations: { note: "x", "openvcluster.io/operation": "op-1" },
    deletionTimestamp: "2026-01-02T03:05:00Z",
  },
  spec: { owner: "ann", project: "web" },
  status: {
    phase: "Running",
    observedGeneration: 2,
    endpoint: "https://10.0.0.1",
    replicas: 1,
    readyReplicas: 1,
    release: {
      name: "shop",
      chartVersion: "0.36.1",
      kubernetesVersion: "v1.36.0",
      status: "deployed",
      revision: 3,
    },
    conditions: [
      {
        type: "Ready",
        status: "True",
        reason: "Running",
        message: "It runs.",
        lastTransitionTime: "2026-01-02T03:04:50Z",
      },
    ],
  },
});
