import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { LEAST_OPERATION } from "./operation-refusals.ts";
import { columnsOf, MERGE, placeOf } from "./place.ts";

const place = placeOf("VClusterOperation", process.env);
const { api, objects, kubectl } = place;

beforeAll(async () => {
  await place.open();
  await api("POST", objects, { body: place.object("op-1", LEAST_OPERATION) });
}, 60_000);
afterAll(() => place.close());

describe("an operation", () => {
  it("is Pending from the start", async () => {
    const { body } = await place.tryCreate("fresh", LEAST_OPERATION);
    expect(body.status).toEqual({ observedGeneration: -1, state: "Pending", phase: "Pending" });
    expect(body.spec).toEqual(LEAST_OPERATION);
  });

  it("cannot be made with an end", async () => {
    const end = { ...place.object("early", LEAST_OPERATION), status: { state: "Succeeded" } };
    const { body } = await api("POST", `${objects}?dryRun=All`, { body: end });
    expect(body.status).toMatchObject({ state: "Pending" });
  });

  it("is ended through its status alone", async () => {
    const change = { spec: { cancel: true }, status: { state: "Failed" } };
    const answer = await api("PATCH", `${objects}/op-1/status?dryRun=All`, {
      body: change,
      contentType: MERGE,
    });
    expect(answer.body.spec).toEqual(LEAST_OPERATION);
    expect(answer.body.status).toMatchObject({ state: "Failed" });
  });

  it("prints the columns that people look for", async () => {
    const status = {
      state: "Running",
      stage: "Suspending",
      error: { code: "ABORTED", reason: "Superseded", message: "Because" },
    };
    await api("PATCH", `${objects}/op-1/status`, { body: { status }, contentType: MERGE });
    const shown = await columnsOf(place, "op-1");
    expect(shown.slice(0, -1)).toEqual([
      ["Name", 0, "op-1"],
      ["Method", 0, "SuspendVCluster"],
      ["Namespace of Target", 1, "team"],
      ["Target", 0, "shop"],
      ["State", 0, "Running"],
      ["Requester", 0, "alice@example.com"],
      ["Stage", 1, "Suspending"],
      ["Message", 1, "Because"],
    ]);
    expect(shown.at(-1)?.[0]).toBe("Age");
  });

  it("is listed by its short name and its category", async () => {
    const name = "vclusteroperation.openvcluster.io/op-1";
    expect(await kubectl("get", "vcop", "-o", "name")).toContain(name);
    expect(await kubectl("get", "vcluster", "-o", "name")).toContain(name);
  });
});
