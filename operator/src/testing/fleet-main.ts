import { writeFileSync } from "node:fs";
import {
  defaultTargetNamespace,
  escrowSecretName,
  HEALTHY_LABEL,
  IDENTITY_ANNOTATION,
  kubeconfigSecretName,
  SOURCE_VERSION_ANNOTATION,
  type VClusterInstance,
  type VClusterInstanceSpec,
  virtualKubeconfigSecretName,
} from "@open-vcluster/crds";
import {
  connectWithKubeconfig,
  createKubeClient,
  type HasMetadata,
  type KubeObject,
  parseConfig,
} from "@open-vcluster/runtime";
import { createChartSource } from "../chart/create-chart-source.ts";
import { OPERATOR_VARIABLES } from "../config.ts";
import { revisionLabels } from "../helm/args.ts";
import { helmEnvironment } from "../helm/environment.ts";
import type { RenderedObject, RenderRequest } from "../helm/helm.ts";
import { createHelm } from "../helm/helm-process.ts";
import { createReleaseStore } from "../helm/release-secrets.ts";
import { type DesiredRelease, desire } from "../instance/desire.ts";
import { endpointOf, ownershipLabels, sourceVersionOf } from "../instance/identity.ts";
import { kubeconfigSource } from "../kubeconfig/secret.ts";
import { createPki } from "../pki/create.ts";
import { identityFingerprint } from "../pki/fingerprint.ts";
import { KINDS, RENDERED_KINDS } from "../world/kinds.ts";
import { markOf } from "../world/project.ts";

// Writes what the operator and Helm would have made for FLEET_COUNT instances of FLEET_NAMESPACE, without running Helm for
// each: their objects are those of one rendered instance under other names. FLEET_FILE gets the instances, to be created by
// whoever asked.
const count = Number(process.env["FLEET_COUNT"]);
const namespace = process.env["FLEET_NAMESPACE"] ?? "";
const file = process.env["FLEET_FILE"] ?? "";

const SPECS: readonly VClusterInstanceSpec[] = [
  {},
  { backingStore: { type: "etcd" } },
  { powerState: "Suspended" },
];
const CONCURRENCY = 16;

const { config } = parseConfig(OPERATOR_VARIABLES, process.env);
if (config?.kubeconfig === undefined) throw new Error("KUBECONFIG is not set");
const { operatorId, namespace: operatorNamespace } = config;
const { signal } = new AbortController();
const client = createKubeClient(connectWithKubeconfig(config.kubeconfig));
const helm = createHelm({
  program: config.helm,
  workDirectory: config.workDirectory,
  environment: helmEnvironment(process.env),
  deadlineMs: config.helmDeadlineMs,
  graceMs: 1_000,
  store: createReleaseStore(client),
  newAttempt: () => "fleet",
});
const charts = createChartSource({
  location: config.charts,
  plainHttp: false,
  access: { timeoutMs: 60_000 },
  cacheDirectory: `${config.workDirectory}/charts`,
});
const chart = await charts.resolve(config.defaultChartVersion, signal);

interface Member {
  readonly instance: VClusterInstance;
  readonly target: string;
  readonly release: DesiredRelease;
}

function memberOf(index: number): Member {
  const spec = SPECS[index % SPECS.length] ?? {};
  const name = `fleet-${String(index).padStart(5, "0")}`;
  const instance: VClusterInstance = {
    apiVersion: "openvcluster.io/v1alpha1",
    kind: "VClusterInstance",
    metadata: { namespace, name },
    spec,
  };
  const target = defaultTargetNamespace({ namespace, name });
  const desired = desire({
    instance: { ...instance, spec: { ...spec, controlPlane: { replicas: 1 } } },
    targetNamespace: target,
    running: undefined,
    served: undefined,
    started: undefined,
    mode: spec.powerState === "Suspended" ? "suspended" : "running",
    defaultChartVersion: chart.version,
    operatorNamespace,
    allowedValues: [],
  });
  if (desired.kind === "refused") throw new Error(JSON.stringify(desired.refused));
  return { instance, target, release: desired.release };
}

function requestOf({ instance, target, release }: Member): RenderRequest {
  const { values, ...facts } = release;
  const { name } = instance.metadata;
  return {
    target: { release: name, namespace: target },
    chartPath: chart.path,
    values,
    owner: { instanceNamespace: namespace, instanceName: name, operatorId },
    facts,
    render: { tightenProbes: true },
  };
}

interface Pattern {
  readonly member: Member;
  readonly objects: readonly RenderedObject[];
}

const patterns: readonly Pattern[] = await Promise.all(
  SPECS.map(async (_spec, index) => {
    const member = memberOf(index);
    const objects = await helm.template(
      requestOf(member),
      member.release.kubernetesVersion,
      signal,
    );
    return { member, objects };
  }),
);
const first = memberOf(0);
const pki = await createPki({
  name: first.instance.metadata.name,
  namespace: first.target,
  clusterDomain: "cluster.local",
  extraSANs: [],
  nowMs: Date.now(),
});
const data = Object.fromEntries(
  Object.entries(pki).map(([entry, text]) => [entry, Buffer.from(text).toString("base64")]),
);

function objectsOf(member: Member, pattern: Pattern): readonly KubeObject[] {
  const text = JSON.stringify(pattern.objects)
    .replaceAll(pattern.member.target, member.target)
    .replaceAll(pattern.member.instance.metadata.name, member.instance.metadata.name)
    .replaceAll(pattern.member.release.valuesDigest, member.release.valuesDigest);
  return JSON.parse(text) as readonly KubeObject[];
}

async function settle(member: Member, pattern: Pattern): Promise<void> {
  const { name } = member.instance.metadata;
  const labels = ownershipLabels({ namespace, name }, operatorId);
  const secret = (
    place: { readonly namespace: string; readonly name: string },
    metadata: object,
    content: Readonly<Record<string, string>>,
    type = "Opaque",
  ): Promise<HasMetadata> =>
    client.create(KINDS.secret, {
      apiVersion: "v1",
      kind: "Secret",
      type,
      metadata: { ...place, ...metadata },
      data: content,
    });
  await client.create(KINDS.namespace, {
    apiVersion: "v1",
    kind: "Namespace",
    metadata: { name: member.target, labels },
  });
  const marks = { app: "vcluster", "vcluster-name": name };
  const inTarget = (secretName: string): { readonly namespace: string; readonly name: string } => ({
    namespace: member.target,
    name: secretName,
  });
  const certs = await secret(inTarget(`${name}-certs`), { labels: { ...labels, ...marks } }, data);
  await secret(
    { namespace: config?.namespace ?? "", name: escrowSecretName({ namespace, name }) },
    {
      labels,
      annotations: {
        [IDENTITY_ANNOTATION]: identityFingerprint(pki),
        [SOURCE_VERSION_ANNOTATION]: certs.metadata.resourceVersion ?? "",
      },
    },
    data,
  );
  // Before the Service: whoever plays syncer writes it as soon as that exists.
  const vc = await secret(
    inTarget(virtualKubeconfigSecretName(name)),
    { labels: marks },
    {
      config: data["admin.conf"] ?? "",
    },
  );
  let clusterIP = "";
  for (const object of objectsOf(member, pattern)) {
    const type = RENDERED_KINDS.find(({ kind }) => kind === object.kind);
    if (type === undefined) throw new Error(`Kind ${object.kind ?? ""} is unknown`);
    const made = await client.create<KubeObject>(type, object);
    if (type.kind === "Service" && made.metadata.name === name) {
      clusterIP = (made["spec"] as { readonly clusterIP: string }).clusterIP;
    }
  }
  const at = { instance: { namespace, name }, targetNamespace: member.target };
  const source = kubeconfigSource(
    sourceVersionOf(markOf(vc as KubeObject)),
    endpointOf(member.instance, at, clusterIP),
  );
  await secret(
    { namespace, name: kubeconfigSecretName(name) },
    { labels, annotations: { [SOURCE_VERSION_ANNOTATION]: source } },
    { config: data["admin.conf"] ?? "" },
  );
  await secret(
    inTarget(`sh.helm.release.v1.${name}.v1`),
    {
      labels: {
        ...revisionLabels(requestOf(member), "fleet"),
        [HEALTHY_LABEL]: String(member.release.mode === "running"),
        owner: "helm",
        name,
        status: "deployed",
        version: "1",
      },
    },
    { release: Buffer.alloc(16).toString("base64") },
    "helm.sh/release.v1",
  );
}

const waiting = Array.from({ length: count }, (_, index) => index);
await Promise.all(
  Array.from({ length: CONCURRENCY }, async () => {
    for (let index = waiting.shift(); index !== undefined; index = waiting.shift()) {
      const pattern = patterns[index % patterns.length];
      if (pattern !== undefined) await settle(memberOf(index), pattern);
    }
  }),
);
writeFileSync(
  file,
  JSON.stringify(Array.from({ length: count }, (_, index) => memberOf(index).instance)),
);
await client.close();
