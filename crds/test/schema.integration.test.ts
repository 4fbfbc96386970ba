import { execFile } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { setTimeout as delay } from "node:timers/promises";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { parse } from "yaml";
import { type AnswerBody, connectApi } from "./api-server.ts";
import { refusedBounds } from "./refused-bounds.ts";
import { ACCEPTED_CREATES, REFUSED_CREATES } from "./refused-creates.ts";
import { ACCEPTED_UPDATES, REFUSED_UPDATES } from "./refused-updates.ts";
import { definitionText, schemaNodes } from "./schema-nodes.ts";

const kubeconfig = process.env["TESTBED_KUBECONFIG"] ?? "";
const { api, close } = connectApi(kubeconfig);
const namespace = `crds-${process.pid}`;
const definition =
  "/apis/apiextensions.k8s.io/v1/customresourcedefinitions/vclusterinstances.openvcluster.io";
const instances = `/apis/openvcluster.io/v1alpha1/namespaces/${namespace}/vclusterinstances`;
const strict = "fieldValidation=Strict";
const merge = "application/merge-patch+json";
const highlyAvailable = { backingStore: { type: "etcd" }, controlPlane: { replicas: 3 } };

const instance = (name: string, spec: object): object => ({
  apiVersion: "openvcluster.io/v1alpha1",
  kind: "VClusterInstance",
  metadata: { name },
  spec,
});

/** What the API server refused: `field: message` for each cause. */
const causes = (body: AnswerBody): readonly string[] =>
  (body.details?.causes ?? []).map(({ field, message }) => `${field ?? ""}: ${message ?? ""}`);

const ruleKey = (at: string, message: string): string => `${at} | ${message}`;

beforeAll(async () => {
  const applied = await api("PATCH", `${definition}?fieldManager=crds-test&force=true`, {
    body: definitionText("VClusterInstance"),
    contentType: "application/apply-patch+yaml",
  });
  if (applied.status >= 400) throw new Error(applied.body.message);
  await api("POST", "/api/v1/namespaces", { body: { metadata: { name: namespace } } });
  while ((await api("GET", instances)).status !== 200) await delay(50);
}, 60_000);

afterAll(async () => {
  await api("DELETE", instances);
  await api("DELETE", `/api/v1/namespaces/${namespace}`);
  close();
});

describe("the definition", () => {
  it("is accepted without warnings and served", async () => {
    const { body } = await api("GET", definition);
    const conditions = body.status?.["conditions"] as readonly { type: string; status: string }[];
    const states = Object.fromEntries(conditions.map(({ type, status }) => [type, status]));
    expect(states).toMatchObject({ NamesAccepted: "True", Established: "True" });
    expect(states["NonStructuralSchema"]).toBeUndefined();
  });
});

describe("examples", () => {
  const directory = new URL("../examples/", import.meta.url);
  it.each(readdirSync(directory))("%s is accepted", async (file) => {
    const body: unknown = parse(readFileSync(new URL(file, directory), "utf8"));
    const answer = await api("POST", `${instances}?dryRun=All&${strict}`, { body });
    expect({ status: answer.status, message: answer.body.message }).toEqual({ status: 201 });
  });
});

describe("rules for new objects", () => {
  it.each(REFUSED_CREATES)("$at: $message ($name $spec)", async ({ at, message, name, spec }) => {
    const answer = await api("POST", `${instances}?dryRun=All&${strict}`, {
      body: instance(name ?? "bad", spec),
    });
    expect(answer.status).toBe(422);
    const field = at === "" ? "<nil>" : at.replaceAll("[]", "[0]");
    expect(causes(answer.body)).toContainEqual(
      expect.stringMatching(
        new RegExp(`^${escape(field)}[^:]*: Invalid value.*${escape(message)}$`),
      ),
    );
  });
});

describe("objects at the edge of a rule", () => {
  it.each(ACCEPTED_CREATES)("$name $spec is accepted", async ({ name, spec }) => {
    const answer = await api("POST", `${instances}?dryRun=All&${strict}`, {
      body: instance(name ?? "edge", spec),
    });
    expect({ status: answer.status, message: answer.body.message }).toEqual({ status: 201 });
  });
});

describe("rules for changes", () => {
  it.each(REFUSED_UPDATES)(
    "$at: $message ($before to $after)",
    async ({ message, before, after }) => {
      const answer = await change(before, after);
      expect(answer.status).toBe(422);
      expect(causes(answer.body)).toContainEqual(expect.stringContaining(message));
    },
  );

  it.each(ACCEPTED_UPDATES)("allows $before to become $after", async ({ before, after }) => {
    const answer = await change(before, after);
    expect({ status: answer.status, message: answer.body.message }).toEqual({ status: 200 });
  });

  it("has a refused object for every rule of the schema", () => {
    const written = schemaNodes("VClusterInstance").flatMap(({ path, node }) =>
      (node["x-kubernetes-validations"] ?? []).map(({ message }) => ruleKey(path, message)),
    );
    const shown = [...REFUSED_CREATES, ...REFUSED_UPDATES].map(({ at, message }) =>
      ruleKey(at, message),
    );
    expect([...new Set(shown)].sort()).toEqual([...new Set(written)].sort());
  });

  async function change(before: object, after: object) {
    const name = `change-${(changes += 1)}`;
    const created = await api("POST", instances, { body: instance(name, before) });
    expect({ status: created.status, message: created.body.message }).toEqual({ status: 201 });
    const body = {
      ...instance(name, after),
      metadata: { name, resourceVersion: created.body.metadata?.resourceVersion },
    };
    const answer = await api("PUT", `${instances}/${name}?${strict}`, { body });
    await api("DELETE", `${instances}/${name}`);
    return answer;
  }
  let changes = 0;
});

describe("bounds", () => {
  it.each(refusedBounds())("$at: $bound", async ({ message, spec }) => {
    const answer = await api("POST", `${instances}?dryRun=All&${strict}`, {
      body: instance("bad", spec),
    });
    expect(answer.status).toBe(422);
    expect(causes(answer.body)).toContainEqual(expect.stringContaining(message));
  });

  it("refuses a field that the schema does not know", async () => {
    const answer = await api("POST", `${instances}?dryRun=All&${strict}`, {
      body: instance("bad", { replicas: 3 }),
    });
    expect(answer.status).toBe(400);
    expect(answer.body.message).toContain('unknown field "spec.replicas"');
  });

  it("keeps anything below values and below a plugin's config", async () => {
    const spec = {
      values: { logging: { encoding: "json" }, list: [1, null, { deep: true }] },
      plugins: [{ name: "p", image: "p:1", config: { any: ["thing"] } }],
    };
    const answer = await api("POST", `${instances}?dryRun=All&${strict}`, {
      body: instance("free", spec),
    });
    expect(answer.body.spec).toMatchObject(spec);
  });
});

describe("subresources", () => {
  beforeAll(async () => {
    await api("POST", instances, { body: instance("sub", highlyAvailable) });
  });

  it("starts with observedGeneration -1 and one replica", async () => {
    const { body } = await api("POST", `${instances}?dryRun=All`, { body: instance("fresh", {}) });
    expect(body.status).toEqual({ observedGeneration: -1 });
    expect(body.spec).toEqual({ controlPlane: { replicas: 1 } });
  });

  it("keeps status and spec apart", async () => {
    const both = {
      spec: { owner: "shop" },
      status: { replicas: 3, selector: "app=vcluster,release=sub" },
    };
    const afterMain = await api("PATCH", `${instances}/sub`, { body: both, contentType: merge });
    expect(afterMain.body.spec).toMatchObject({ owner: "shop" });
    expect(afterMain.body.status).toEqual({ observedGeneration: -1 });
    const other = { ...both, spec: { owner: "nobody" } };
    const afterStatus = await api("PATCH", `${instances}/sub/status`, {
      body: other,
      contentType: merge,
    });
    expect(afterStatus.body.spec).toMatchObject({ owner: "shop" });
    expect(afterStatus.body.status).toEqual({ observedGeneration: -1, ...both.status });
  });

  it("refuses a phase that is not documented", async () => {
    const answer = await api("PATCH", `${instances}/sub/status?dryRun=All`, {
      body: { status: { phase: "Dreaming" } },
      contentType: merge,
    });
    expect(answer.body.message).toContain('Unsupported value: "Dreaming"');
  });

  it("scales by kubectl scale and answers an autoscaler", async () => {
    await kubectl("scale", "vci/sub", "--replicas=5");
    const { body } = await api("GET", `${instances}/sub/scale`);
    expect(body.spec).toEqual({ replicas: 5 });
    expect(body.status).toEqual({ replicas: 3, selector: "app=vcluster,release=sub" });
    const { body: whole } = await api("GET", `${instances}/sub`);
    expect(whole.spec?.["controlPlane"]).toEqual({ replicas: 5 });
  });

  it("refuses to scale to zero and says how to stop", async () => {
    await expect(kubectl("scale", "vci/sub", "--replicas=0")).rejects.toThrow(
      "to stop a cluster set powerState: Suspended",
    );
  });

  it("refuses to scale an sqlite instance and says what it needs", async () => {
    await api("POST", instances, { body: instance("single", {}) });
    await expect(kubectl("scale", "vci/single", "--replicas=3")).rejects.toThrow(
      "more than one control plane replica needs a shared store",
    );
  });

  it("prints the columns that people look for", async () => {
    const condition = {
      type: "Ready",
      status: "True",
      reason: "Running",
      message: "The virtual cluster runs.",
      lastTransitionTime: "2026-01-01T00:00:00Z",
    };
    const status = {
      phase: "Running",
      powerState: "Running",
      endpoint: "https://10.0.0.1",
      conditions: [condition],
      release: { name: "sub", kubernetesVersion: "v1.36.0" },
      store: { type: "etcd" },
    };
    await api("PATCH", `${instances}/sub/status`, { body: { status }, contentType: merge });
    const { body } = await api("GET", `${instances}?fieldSelector=metadata.name=sub`, {
      accept: "application/json;as=Table;v=v1;g=meta.k8s.io",
    });
    const columns = body.columnDefinitions ?? [];
    const cells = body.rows?.[0]?.cells ?? [];
    const shown = columns.map(({ name, priority }, i) => [name, priority, cells[i]]);
    expect(shown.slice(0, -1)).toEqual([
      ["Name", 0, "sub"],
      ["Phase", 0, "Running"],
      ["Ready", 0, "True"],
      ["Version", 0, "v1.36.0"],
      ["Power", 0, "Running"],
      ["Endpoint", 1, "https://10.0.0.1"],
      ["Message", 1, "The virtual cluster runs."],
      ["Store", 1, "etcd"],
    ]);
    expect(columns.at(-1)?.name).toBe("Age");
  });

  it("is listed by its short name and its category", async () => {
    expect(await kubectl("get", "vci", "-o", "name")).toContain(
      "vclusterinstance.openvcluster.io/sub",
    );
    expect(await kubectl("get", "vcluster", "-o", "name")).toContain("/sub");
  });
});

async function kubectl(...args: readonly string[]): Promise<string> {
  const kubectlPath = process.env["TESTBED_KUBECTL"] ?? "kubectl";
  const options = ["--kubeconfig", kubeconfig, "--namespace", namespace];
  const { stdout } = await promisify(execFile)(kubectlPath, [...options, ...args]);
  return stdout;
}

function escape(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
}
