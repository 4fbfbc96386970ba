import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { KINDS } from "./kinds.ts";
import { causesOf, outcomeOf, placeOf, STRICT } from "./place.ts";
import type { AcceptedUpdate } from "./refusal.ts";
import { refusedBounds } from "./refused-bounds.ts";
import { schemaNodes } from "./schema-nodes.ts";

const ruleKey = (at: string, message: string): string => `${at} | ${message}`;

describe.each(KINDS)("$kind", (cases) => {
  const { kind, leastSpec } = cases;
  const place = placeOf(kind, process.env);
  const { api, objects } = place;

  beforeAll(() => place.open(), 60_000);
  afterAll(() => place.close());

  it("has a definition that is accepted without warnings and served", async () => {
    const { body } = await api("GET", place.definition);
    const conditions = body.status?.["conditions"] as readonly { type: string; status: string }[];
    const states = Object.fromEntries(conditions.map(({ type, status }) => [type, status]));
    expect(states).toMatchObject({ NamesAccepted: "True", Established: "True" });
    expect(states["NonStructuralSchema"]).toBeUndefined();
  });

  describe("rules for new objects", () => {
    it.each(cases.refusedCreates)(
      "$at: $message ($name $spec)",
      async ({ at, message, name, spec }) => {
        const answer = await place.tryCreate(name ?? "bad", spec);
        expect(answer.status).toBe(422);
        const field = at === "" ? "<nil>" : at.replaceAll("[]", "[0]");
        expect(causesOf(answer.body)).toContainEqual(
          expect.stringMatching(
            new RegExp(`^${escape(field)}[^:]*: Invalid value.*${escape(message)}$`),
          ),
        );
      },
    );

    it.each(cases.acceptedCreates)("$name $spec is accepted", async ({ name, spec }) => {
      expect(outcomeOf(await place.tryCreate(name ?? "edge", spec))).toEqual({ status: 201 });
    });
  });

  describe("rules for changes", () => {
    let changes = 0;
    const change = async ({ before, after, of = "spec" }: AcceptedUpdate) => {
      const name = `change-${(changes += 1)}`;
      const created = await api("POST", objects, {
        body: place.object(name, of === "spec" ? before : leastSpec),
      });
      expect(outcomeOf(created)).toEqual({ status: 201 });
      const put = async (content: object) => {
        const { body } = await api("GET", `${objects}/${name}`);
        const version = { metadata: { name, resourceVersion: body.metadata?.resourceVersion } };
        const changed = { ...place.object(name, leastSpec), ...version, [of]: content };
        const path = of === "spec" ? name : `${name}/status`;
        return api("PUT", `${objects}/${path}?${STRICT}`, { body: changed });
      };
      if (of === "status") expect(outcomeOf(await put(before))).toEqual({ status: 200 });
      const answer = await put(after);
      await api("DELETE", `${objects}/${name}`);
      return answer;
    };

    it.each(cases.refusedUpdates)("$at: $message ($before to $after)", async (refused) => {
      const answer = await change(refused);
      expect(answer.status).toBe(422);
      expect(causesOf(answer.body)).toContainEqual(expect.stringContaining(refused.message));
    });

    it.each(cases.acceptedUpdates)("allows $before to become $after", async (accepted) => {
      expect(outcomeOf(await change(accepted))).toEqual({ status: 200 });
    });
  });

  it("has a refused object for every rule of the schema", () => {
    const written = schemaNodes(kind).flatMap(({ path, node }) =>
      (node["x-kubernetes-validations"] ?? []).map(({ message }) => ruleKey(path, message)),
    );
    const shown = [...cases.refusedCreates, ...cases.refusedUpdates].map(({ at, message }) =>
      ruleKey(at, message),
    );
    expect([...new Set(shown)].sort()).toEqual([...new Set(written)].sort());
  });

  describe("bounds", () => {
    it.each(refusedBounds(kind))("$at: $bound", async ({ message, spec }) => {
      const answer = await place.tryCreate("bad", spec);
      expect(answer.status).toBe(422);
      expect(causesOf(answer.body)).toContainEqual(expect.stringContaining(message));
    });

    it("refuses a field that the schema does not know", async () => {
      const answer = await place.tryCreate("bad", { ...leastSpec, replicaCount: 3 });
      expect(answer.status).toBe(400);
      expect(answer.body.message).toContain('unknown field "spec.replicaCount"');
    });
  });
});

function escape(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
}
