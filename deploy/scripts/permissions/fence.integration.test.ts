import { randomBytes } from "node:crypto";
import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import {
  createKubeClient,
  type KubeClient,
  type KubeObject,
  type ResourceType,
} from "@open-vcluster/runtime";
import { connectToTestbed, createNamespace } from "@open-vcluster/runtime/testing/testbed";
import { parseAllDocuments } from "yaml";
import { admissionPolicies } from "../../../operator/src/admission/ensure.ts";
import {
  VALIDATING_ADMISSION_POLICY,
  VALIDATING_ADMISSION_POLICY_BINDING,
} from "../../../operator/src/admission/policy.ts";
import { KINDS } from "../../../operator/src/world/kinds.ts";
import { renderProduct } from "../render.ts";

const ID_LABEL = "openvcluster.io/operator-id";
const SYNCED_LABEL = "vcluster.loft.sh/managed-by";
const IN_FORCE_MS = 30_000;
const run = randomBytes(4).toString("hex");
const id = `fence-${run}`;
const operator = "system:serviceaccount:open-vcluster-system:open-vcluster-operator";
/** What the chart installs for the whole cluster, and by that also in every namespace. */
const TYPES: readonly ResourceType[] = [
  KINDS.clusterRole,
  KINDS.clusterRoleBinding,
  VALIDATING_ADMISSION_POLICY,
  VALIDATING_ADMISSION_POLICY_BINDING,
];

interface Request {
  readonly type: ResourceType;
  readonly method: "POST" | "PATCH" | "DELETE";
  readonly namespace?: string;
  readonly name?: string;
  readonly body?: object;
}

let client: KubeClient;
let watched = "";
let target = "";
let foreign = "";
let foreignTarget = "";

async function createNamespaceOf(owner: string): Promise<string> {
  const name = await createNamespace(client);
  await client.mergePatch(
    KINDS.namespace,
    { name },
    { metadata: { labels: { [ID_LABEL]: owner } } },
  );
  return name;
}

/** What the API server says to the operator; nothing is changed. */
async function said({ type, method, namespace, name, body }: Request): Promise<string> {
  const api = type.group === "" ? `/api/${type.version}` : `/apis/${type.group}/${type.version}`;
  const place = namespace === undefined ? "" : `/namespaces/${namespace}`;
  const one = name === undefined ? "" : `/${name}`;
  const { text } = await client.request(method, `${api}${place}/${type.plural}${one}`, {
    headers: { "impersonate-user": operator },
    query: { dryRun: "All" },
    okStatuses: [200, 201, 403],
    ...(body === undefined ? {} : { body }),
    ...(method === "PATCH" ? { contentType: "application/merge-patch+json" } : {}),
  });
  const { kind, status, message } = JSON.parse(text) as Readonly<Record<string, unknown>>;
  return kind === "Status" && status === "Failure" ? String(message) : "done";
}

const newSecret = (namespace: string): Request => ({
  type: KINDS.secret,
  method: "POST",
  namespace,
  body: { metadata: { name: "new" } },
});
const newNamespace = (labels: object): Request => ({
  type: KINDS.namespace,
  method: "POST",
  body: { metadata: { name: `new-${run}`, labels } },
});
const newClusterRole = (labels: object, ...rules: readonly object[]): Request => ({
  type: KINDS.clusterRole,
  method: "POST",
  body: { metadata: { name: `vc-new-${run}`, labels }, rules },
});
const newBinding = (name: string, role: string): Request => ({
  type: KINDS.clusterRoleBinding,
  method: "POST",
  body: {
    metadata: { name, labels: { [ID_LABEL]: id } },
    roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "ClusterRole", name: role },
  },
});
const relabel = (namespace: string, owner: string): Request => ({
  type: KINDS.namespace,
  method: "PATCH",
  name: namespace,
  body: { metadata: { labels: { [ID_LABEL]: owner } } },
});
const reading = { apiGroups: [""], resources: ["nodes"], verbs: ["get", "list", "watch"] };
const writing = { apiGroups: [""], resources: ["secrets"], verbs: ["create"] };

beforeAll(async () => {
  client = createKubeClient(connectToTestbed(process.env));
  watched = await createNamespace(client);
  target = await createNamespaceOf(id);
  foreign = await createNamespace(client);
  foreignTarget = await createNamespaceOf("another");
  for (const namespace of [watched, target, foreign, foreignTarget]) {
    await client.create(KINDS.secret, { metadata: { namespace, name: "present" } });
  }
  const values = join(mkdtempSync(join(tmpdir(), "fence-")), "values.json");
  writeFileSync(values, JSON.stringify({ operatorId: id, watchNamespaces: [watched] }));
  const rendered = await renderProduct(process.env["TESTBED_HELM"] ?? "", [values]);
  for (const document of parseAllDocuments(rendered)) {
    const object = document.toJS() as KubeObject | null;
    const type = TYPES.find(({ kind }) => kind === object?.kind);
    if (object !== null && type !== undefined) {
      await client.apply(type, object, { fieldManager: "fence-test" });
    }
  }
  // A policy is in force when the API server has compiled it, a moment after it was written.
  const endMs = Date.now() + IN_FORCE_MS;
  while ((await said(newSecret(foreign))) === "done" && Date.now() < endMs) {
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}, 90_000);

afterAll(async () => {
  for (const type of [...TYPES].reverse()) {
    const name = `open-vcluster-${id}`;
    for (const suffix of ["operator", "operator-instances", "facade", "facade-instances"]) {
      await client.delete(type, { name: `${name}-${suffix}` });
    }
    await client.delete(type, { name: `fence.${id}.openvcluster.io` });
  }
  for (const name of [watched, target, foreign, foreignTarget]) {
    await client.delete(KINDS.namespace, { name });
  }
  await client.close();
}, 60_000);

describe("an operator for some namespaces", () => {
  it.each<[string, () => Request]>([
    ["the namespaces that it watches", () => newSecret(watched)],
    ["the namespaces of its virtual clusters", () => newSecret(target)],
  ])("writes in %s", async (_where, request) => {
    expect(await said(request())).toBe("done");
  });

  it.each<[string, () => Request]>([
    ["makes a Secret in another's namespace", () => newSecret(foreign)],
    ["makes a Secret in another's virtual cluster", () => newSecret(foreignTarget)],
    [
      "changes a Secret",
      () => ({
        type: KINDS.secret,
        method: "PATCH",
        namespace: foreign,
        name: "present",
        body: { data: { a: "Yg==" } },
      }),
    ],
    [
      "deletes a Secret",
      () => ({ type: KINDS.secret, method: "DELETE", namespace: foreignTarget, name: "present" }),
    ],
    [
      "makes a Role",
      () => ({
        type: KINDS.role,
        method: "POST",
        namespace: foreign,
        body: { metadata: { name: "new" } },
      }),
    ],
  ])("is refused when it %s", async (_what, request) => {
    expect(await said(request())).toContain(`it works for ${watched}`);
  });

  it.each<[string, () => Request]>([
    ["a new namespace", () => newNamespace({ [ID_LABEL]: id })],
    ["a namespace that is its own", () => relabel(target, id)],
    ["a role that reads", () => newClusterRole({ [ID_LABEL]: id }, reading)],
  ])("writes %s with its id", async (_what, request) => {
    expect(await said(request())).toBe("done");
  });

  it.each<[string, () => Request]>([
    ["makes a namespace without its id", () => newNamespace({})],
    ["takes a namespace", () => relabel(foreign, id)],
    ["takes a namespace of another", () => relabel(foreignTarget, id)],
    ["gives its own away", () => relabel(target, "another")],
    [
      "deletes a namespace",
      () => ({ type: KINDS.namespace, method: "DELETE", name: foreignTarget }),
    ],
    ["makes a ClusterRole without its id", () => newClusterRole({}, reading)],
    [
      "deletes a ClusterRole",
      () => ({ type: KINDS.clusterRole, method: "DELETE", name: `open-vcluster-${id}-facade` }),
    ],
  ])("is refused when it %s", async (_what, request) => {
    expect(await said(request())).toContain("does not carry its id");
  });

  it("grants no writing in the whole cluster, by a new role or by one that exists", async () => {
    const role = newClusterRole({ [ID_LABEL]: id }, reading, writing);
    expect(await said(role)).toContain("grants no more than reading");
    const own = `open-vcluster-${id}-operator`;
    expect(await said(newBinding(own, own))).toContain("binds the roles of its virtual clusters");
    expect(await said(newBinding("vc-new", own))).toContain("binds the roles of its virtual");
  });

  it("removes what is left of a tenant outside of namespaces", async () => {
    const name = `fence-${run}`;
    const made = { metadata: { name, labels: { [SYNCED_LABEL]: "x" } }, value: 1 };
    await client.create(KINDS.priorityClass, made);
    const request: Request = { type: KINDS.priorityClass, method: "DELETE", name };
    expect(await said(request)).toBe("done");
    await client.mergePatch(
      KINDS.priorityClass,
      { name },
      { metadata: { labels: { [SYNCED_LABEL]: null } } },
    );
    expect(await said(request)).toContain("does not carry its id");
    await client.delete(KINDS.priorityClass, { name });
  });

  it.each([VALIDATING_ADMISSION_POLICY, VALIDATING_ADMISSION_POLICY_BINDING])(
    "may change its own policies, and not the fence: $kind",
    async (type) => {
      const change = (name: string): Promise<string> =>
        said({ type, method: "PATCH", name, body: { metadata: { annotations: { a: "b" } } } });
      expect(await change(`fence.${id}.openvcluster.io`)).toContain("cannot patch resource");
      const [own] = admissionPolicies(id);
      if (own === undefined) throw new Error("The operator has no policies");
      await client.create(VALIDATING_ADMISSION_POLICY, own.policy);
      await client.create(VALIDATING_ADMISSION_POLICY_BINDING, own.binding);
      expect(await change(own.policy.metadata.name)).toBe("done");
      await client.delete(VALIDATING_ADMISSION_POLICY_BINDING, own.binding.metadata);
      await client.delete(VALIDATING_ADMISSION_POLICY, own.policy.metadata);
    },
  );
});
