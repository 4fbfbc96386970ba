import { create, fromJson, toJson } from "@bufbuild/protobuf";
import { type VClusterSpec, VClusterSpecSchema } from "@open-vcluster/api";
import fc from "fast-check";
import { parse, stringify } from "yaml";
import { isTree, stableJson } from "../tree.ts";
import { readScalar } from "../yaml-scalar.ts";

const label = fc.stringMatching(/^[a-z][a-z0-9]{0,8}$/);
const amount = fc.constantFrom("", "100m", "0.5", "2", "1Gi", "128Mi", "1e3", "1500M");
const flag = fc.boolean();
const optional = <T>(arbitrary: fc.Arbitrary<T>): fc.Arbitrary<T | undefined> =>
  fc.option(arbitrary, { nil: undefined });
const textOr = (arbitrary: fc.Arbitrary<string>): fc.Arbitrary<string> =>
  fc.oneof(fc.constant(""), arbitrary);

// The library that writes them here leaves keys without quotes that mean something to go-yaml, such as 0o7 and <<.
const jsonObject = fc
  .dictionary(fc.stringMatching(/^[a-zA-Z][a-zA-Z0-9./-]{0,12}$/), fc.jsonValue({ maxDepth: 3 }), {
    maxKeys: 5,
  })
  .filter(hasPlainKeys);
/** Objects as YAML and as JSON text. */
const objectText = fc.oneof(
  fc.constant(""),
  jsonObject.map((value) =>
    stringify(value, {
      version: "1.1",
      defaultStringType: "QUOTE_DOUBLE",
      defaultKeyType: "PLAIN",
    }),
  ),
  jsonObject.map((value) => JSON.stringify(value, null, 2)),
);
const annotations = fc.dictionary(
  fc.stringMatching(/^([a-z]{1,5}\.example\.com\/)?[a-zA-Z][a-zA-Z0-9]{0,8}$/),
  fc.string({ maxLength: 20 }),
  { maxKeys: 4 },
);

const plugin = fc.record({
  name: label,
  image: fc.constantFrom("ghcr.io/a/b", "host:5000/a", "a@sha256:0f", "a/b:1.0"),
  config: objectText,
  enabled: flag,
  tag: textOr(fc.stringMatching(/^[a-zA-Z0-9_][a-zA-Z0-9._-]{0,9}$/)),
});
const plugins = fc.uniqueArray(plugin, { maxLength: 4, selector: ({ name }) => name }).map((list) =>
  list.map(({ tag, ...rest }) => ({
    ...rest,
    version: /@|:1/.test(rest.image) ? "" : tag,
  })),
);

const issuer = optional(
  fc.record({ issuerName: label, issuerKind: fc.constantFrom("", "Issuer", "ClusterIssuer") }),
).map((named) => (named === undefined ? {} : { useCertManager: true, ...named }));
const tls = optional(fc.record({ secretName: label, issuer })).map((set) =>
  set === undefined ? undefined : { enabled: true, secretName: set.secretName, ...set.issuer },
);
const ingress = optional(
  fc.record({ hostname: label, ingressClass: textOr(label), annotations, tls }),
).map((set) => (set === undefined ? undefined : { enabled: true, ...withoutUndefined(set) }));

const sqlite = fc.record({
  replicas: fc.constantFrom(0, 1),
  backingStore: optional(fc.record({ type: fc.constantFrom("", "sqlite") })),
  storage: fc.oneof(
    fc.constant(undefined),
    fc.record({ ephemeral: fc.constant(true) }),
    fc.record({
      enablePersistence: flag,
      persistenceSize: amount,
      persistenceStorageClass: textOr(label),
    }),
  ),
});
const etcd = fc
  .record({
    size: fc.constantFrom(
      { enableHa: true, replicas: 0 },
      { enableHa: true, replicas: 3 },
      { enableHa: true, replicas: 5 },
      { replicas: 0 },
      { replicas: 1 },
      { replicas: 5 },
    ),
    isTyped: flag,
    etcdReplicas: fc.constantFrom(0, 1, 3),
    etcdStorageSize: amount,
    etcdStorageClass: textOr(label),
  })
  .map(({ size, isTyped, ...store }) => ({
    ...size,
    backingStore: { type: "enableHa" in size && !isTyped ? "" : "etcd", ...store },
  }));
const external = fc.record({
  replicas: fc.constantFrom(0, 1, 3),
  backingStore: fc.constant({
    type: "externalEtcd",
    externalEndpoint: "https://etcd.example.com:2379",
    externalTlsSecret: "etcd-tls",
  }),
});

const containerLimits = optional(
  fc.record({ cpu: amount, memory: amount, ephemeralStorage: amount }),
);
const quotaCount = fc.integer({ min: 0, max: 100_000 });

/** Specifications that a creation accepts, fields of one kind kept equal so that no bound is crossed. */
export const acceptableSpecs: fc.Arbitrary<VClusterSpec> = fc
  .tuple(
    fc.oneof(sqlite, etcd, external),
    fc.record(
      {
        kubernetesVersion: fc.constantFrom("", "1.36.0", "v1.35.2"),
        chartVersion: fc.constantFrom("", "0.36.1"),
        resources: optional(
          fc.record({ cpuRequest: amount, memoryRequest: amount, ephemeralStorageLimit: amount }),
        ),
        network: optional(
          fc.record({
            serviceCidr: fc.constantFrom("", "10.96.0.0/12"),
            enableNetworkPolicies: flag,
            dns: optional(
              fc.record({
                nameservers: fc.subarray(["10.0.0.1", "fd00::1"]),
                searches: fc.array(label, { maxLength: 3 }),
                options: fc.subarray(["ndots:2", "edns0"]),
              }),
            ),
          }),
        ),
        distro: fc.constantFrom("", "k8s", "k3s"),
        helmValues: objectText,
        sync: optional(
          fc.record({
            syncNodes: flag,
            syncPersistentVolumes: flag,
            syncStorageClasses: flag,
            syncIngresses: flag,
            syncPriorityClasses: flag,
            syncNetworkPolicies: flag,
            syncPodDisruptionBudgets: flag,
          }),
        ),
        plugins,
        ingress,
        serviceAccount: optional(fc.record({ name: textOr(label), annotations })),
        isolationMode: fc.constantFrom("", "full", "lite", "none"),
        quota: optional(
          fc.record({ pods: quotaCount, secrets: quotaCount, storageRequests: amount }),
        ),
        deletionProtection: flag,
        deletionPolicy: fc.constantFrom("", "Delete", "Retain", "Force"),
        targetNamespace: textOr(label),
        limits: containerLimits.map((bound) =>
          bound === undefined ? undefined : { min: bound, max: bound },
        ),
      },
      { requiredKeys: [] },
    ),
  )
  .map(([store, rest]) => create(VClusterSpecSchema, withoutUndefined({ ...rest, ...store })));

/** What a specification looks like when it is shown, by the documented rules alone. */
export function normalForm(spec: VClusterSpec): VClusterSpec {
  const json = toJson(VClusterSpecSchema, spec) as Record<string, unknown>;
  const isHa = json["enableHa"] === true;
  const replicas = json["replicas"] ?? (isHa ? 3 : 1);
  const store = (json["backingStore"] ?? {}) as Record<string, unknown>;
  const normal = {
    ...json,
    replicas,
    enableHa: Number(replicas) > 1,
    backingStore: isHa ? { ...store, type: store["type"] ?? "etcd" } : store,
    helmValues: normalText(json["helmValues"]),
    plugins: spec.plugins.map((plugin) => ({
      name: plugin.name,
      enabled: plugin.enabled,
      config: normalText(plugin.config),
      ...imageOf(plugin.image, plugin.version),
    })),
    ingress: normalIngress(json["ingress"]),
  };
  return fromJson(VClusterSpecSchema, pruned(normal) as never);
}

/** Whether every key, at any depth, means to Helm what it says where it is written without quotes. */
function hasPlainKeys(value: unknown): boolean {
  if (typeof value !== "object" || value === null) return true;
  if (Array.isArray(value)) return value.every(hasPlainKeys);
  const isPlain = (key: string): boolean =>
    key !== "<<" && !["bigint", "number"].includes(typeof readScalar(key, true, undefined));
  return Object.entries(value).every(([key, each]) => isPlain(key) && hasPlainKeys(each));
}

function normalText(text: unknown): string {
  const value: unknown = parse(typeof text === "string" ? text : "", { version: "1.1" });
  return value === null || Object.keys(value as object).length === 0 ? "" : stableJson(value);
}

function imageOf(image: string, version: string): object {
  const tagged = image.endsWith(":1.0");
  return { image: tagged ? image.slice(0, -4) : image, version: tagged ? "1.0" : version };
}

function normalIngress(ingress: unknown): unknown {
  if (!isTree(ingress) || !isTree(ingress["tls"])) return ingress;
  const { tls } = ingress;
  const kind = tls["issuerName"] === undefined ? {} : { issuerKind: tls["issuerKind"] ?? "Issuer" };
  return { ...ingress, tls: { ...tls, ...kind } };
}

/** Without objects that say nothing. */
function pruned(value: unknown): unknown {
  if (!isTree(value)) return value;
  const entries = Object.entries(value).map(([key, item]) => [key, pruned(item)] as const);
  const said = entries.filter(([, item]) => !isTree(item) || Object.keys(item).length > 0);
  return Object.fromEntries(said.filter(([, item]) => item !== undefined));
}

/** Optional messages are absent, not undefined. */
function withoutUndefined<T extends object>(
  parts: T,
): { [K in keyof T]: Exclude<T[K], undefined> } {
  const said = Object.entries(parts).filter(([, item]) => item !== undefined);
  return Object.fromEntries(said) as { [K in keyof T]: Exclude<T[K], undefined> };
}
