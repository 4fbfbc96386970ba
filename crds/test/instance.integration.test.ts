import { readdirSync, readFileSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { parse } from "yaml";
import { columnsOf, MERGE, outcomeOf, placeOf, STRICT } from "./place.ts";

const place = placeOf("VClusterInstance", process.env);
const { api, objects, object: instance, kubectl } = place;
const highlyAvailable = { backingStore: { type: "etcd" }, controlPlane: { replicas: 3 } };

beforeAll(() => place.open(), 60_000);
afterAll(() => place.close());

describe("examples", () => {
  const directory = new URL("../examples/", import.meta.url);
  it.each(readdirSync(directory))("%s is accepted", async (file) => {
    const body: unknown = parse(readFileSync(new URL(file, directory), "utf8"));
    const answer = await api("POST", `${objects}?dryRun=All&${STRICT}`, { body });
    expect(outcomeOf(answer)).toEqual({ status: 201 });
  });
});

describe("free fields", () => {
  it("keeps anything below values and below a plugin's config", async () => {
    const spec = {
      values: { logging: { encoding: "json" }, list: [1, null, { deep: true }] },
      plugins: [{ name: "p", image: "p:1", config: { any: ["thing"] } }],
    };
    expect((await place.tryCreate("free", spec)).body.spec).toMatchObject(spec);
  });
});

describe("subresources", () => {
  beforeAll(async () => {
    await api("POST", objects, { body: instance("sub", highlyAvailable) });
  });

  it("starts with observedGeneration -1 and one replica", async () => {
    const { body } = await api("POST", `${objects}?dryRun=All`, { body: instance("fresh", {}) });
    expect(body.status).toEqual({ observedGeneration: -1 });
    expect(body.spec).toEqual({ controlPlane: { replicas: 1 } });
  });

  it("keeps status and spec apart", async () => {
    const both = {
      spec: { owner: "shop" },
      status: { replicas: 3, selector: "app=vcluster,release=sub" },
    };
    const afterMain = await api("PATCH", `${objects}/sub`, { body: both, contentType: MERGE });
    expect(afterMain.body.spec).toMatchObject({ owner: "shop" });
    expect(afterMain.body.status).toEqual({ observedGeneration: -1 });
    const other = { ...both, spec: { owner: "nobody" } };
    const afterStatus = await api("PATCH", `${objects}/sub/status`, {
      body: other,
      contentType: MERGE,
    });
    expect(afterStatus.body.spec).toMatchObject({ owner: "shop" });
    expect(afterStatus.body.status).toEqual({ observedGeneration: -1, ...both.status });
  });

  it("refuses a phase that is not documented", async () => {
    const answer = await api("PATCH", `${objects}/sub/status?dryRun=All`, {
      body: { status: { phase: "Dreaming" } },
      contentType: MERGE,
    });
    expect(answer.body.message).toContain('Unsupported value: "Dreaming"');
  });

  it("scales by kubectl scale and answers an autoscaler", async () => {
    await kubectl("scale", "vci/sub", "--replicas=5");
    const { body } = await api("GET", `${objects}/sub/scale`);
    expect(body.spec).toEqual({ replicas: 5 });
    expect(body.status).toEqual({ replicas: 3, selector: "app=vcluster,release=sub" });
    const { body: whole } = await api("GET", `${objects}/sub`);
    expect(whole.spec?.["controlPlane"]).toEqual({ replicas: 5 });
  });

  it("refuses to scale to zero and says how to stop", async () => {
    await expect(kubectl("scale", "vci/sub", "--replicas=0")).rejects.toThrow(
      "to stop a cluster set powerState: Suspended",
    );
  });

  it("refuses to scale an sqlite instance and says what it needs", async () => {
    await api("POST", objects, { body: instance("single", {}) });
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
    await api("PATCH", `${objects}/sub/status`, { body: { status }, contentType: MERGE });
    const shown = await columnsOf(place, "sub");
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
    expect(shown.at(-1)?.[0]).toBe("Age");
  });

  it("is listed by its short name and its category", async () => {
    expect(await kubectl("get", "vci", "-o", "name")).toContain(
      "vclusterinstance.openvcluster.io/sub",
    );
    expect(await kubectl("get", "vcluster", "-o", "name")).toContain("/sub");
  });
});
