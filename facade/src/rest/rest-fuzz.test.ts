import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import type { DescField, DescMessage } from "@bufbuild/protobuf";
import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import {
  httpBindings,
  OperationService,
  SnapshotService,
  VClusterService,
} from "@open-vcluster/api";
import fc from "fast-check";
import { HTTP_VERSIONS, send, type TestRequest } from "../testing/send.ts";
import { type RestServer, startRestServer } from "./testing/rest-server.ts";

const IS_SOAK = process.env["SOAK"] === "1";
const NUM_RUNS = IS_SOAK ? 25_000 : 150;
const SOAK_TIMEOUT_MS = 3_600_000;

const bindings = httpBindings([VClusterService, SnapshotService, OperationService]);
const document = JSON.parse(
  readFileSync(createRequire(import.meta.url).resolve("@open-vcluster/api/openapi.json"), "utf8"),
) as { components: { responses: Record<string, unknown> } };
const documented = [200, 204, ...Object.keys(document.components.responses).map(Number)];

const text = fc.oneof(
  fc.string({ unit: "binary", maxLength: 20 }),
  fc.constantFrom(
    "a",
    "team",
    "0",
    "-1",
    "true",
    "PHASE_RUNNING",
    "300s",
    "2026-01-31T12:00:00Z",
    "\ud800",
  ),
);
const leaf = fc.oneof(text, fc.integer(), fc.double(), fc.boolean(), fc.constant(null));

/** JSON that is nearly a message. */
function jsonOf(message: DescMessage, depth: number): fc.Arbitrary<unknown> {
  if (depth === 0) return leaf;
  const stranger = fc.tuple(text, fc.jsonValue({ maxDepth: 2 }));
  const chosen = fc.subarray(message.fields, { maxLength: Math.min(4, message.fields.length) });
  return chosen.chain((fields) => {
    const entries = fields.map((field) =>
      fc.tuple(fc.constantFrom(field.name, field.jsonName), valueOf(field, depth)),
    );
    return fc
      .tuple(fc.tuple(...entries), fc.array(stranger, { maxLength: 1 }))
      .map(([known, others]) => Object.fromEntries([...known, ...others]));
  });
}

function valueOf(field: DescField, depth: number): fc.Arbitrary<unknown> {
  const { message } = field;
  const one = message === undefined ? leaf : fc.oneof(leaf, jsonOf(message, depth - 1));
  if (field.fieldKind === "list") return fc.oneof(one, fc.array(one, { maxLength: 3 }));
  return field.fieldKind === "map" ? fc.oneof(leaf, fc.dictionary(text, leaf)) : one;
}

const nearlyRight: fc.Arbitrary<TestRequest> = fc.constantFrom(...bindings).chain((binding) => {
  const names = binding.method.input.fields.map(({ name }) => name);
  return fc.record({
    method: fc.oneof(
      { weight: 9, arbitrary: fc.constant(binding.verb) },
      { weight: 1, arbitrary: fc.constantFrom("GET", "PUT", "HEAD", "OPTIONS") },
    ),
    path: fc
      .tuple(
        text,
        fc.array(fc.tuple(fc.constantFrom(...names, "spec.replicas", "x"), text), { maxLength: 3 }),
      )
      .map(([value, query]) => {
        const path = binding.template.text.replace(/\{[^}]*\}/g, () => encoded(value));
        const pairs = query.map(([name, one]) => `${name}=${encoded(one)}`);
        return pairs.length === 0 ? path : `${path}?${pairs.join("&")}`;
      }),
    ...(binding.body === undefined
      ? {}
      : { body: jsonOf(binding.method.input, 4).map((json) => json as object) }),
  });
});

const anything: fc.Arbitrary<TestRequest> = fc.record({
  method: fc.constantFrom("GET", "POST", "PATCH", "DELETE", "PUT", "HEAD", "OPTIONS"),
  path: fc
    .array(
      fc.oneof(fc.constantFrom("%", "%2f", ":", "/", "?", "&", "=", "{", "..", "//"), fc.webPath()),
    )
    .map((parts) => `/v1/${parts.join("")}`),
  body: fc.uint8Array({ maxLength: 50 }),
  headers: fc.dictionary(
    fc.constantFrom(
      "accept",
      "if-match",
      "idempotency-key",
      "connect-timeout-ms",
      "content-encoding",
    ),
    fc.stringMatching(/^[!-~]{1,20}$/),
  ),
});

describe.each(HTTP_VERSIONS)("the REST door over %s, asked anything", (version) => {
  let server: RestServer;

  beforeAll(async () => {
    server = await startRestServer({
      clusters: {
        createVCluster: ({ spec, labels }) => ({
          vcluster: { labels, ...(spec !== undefined && { spec }) },
        }),
        updateVCluster: () => ({}),
        listVClusters: () => ({}),
        getVCluster: () => ({}),
      },
    });
  });

  afterAll(async () => {
    await server.close();
  });

  it.each([
    ["nearly right requests", nearlyRight],
    ["any requests", anything],
  ])(
    "answers %s with a documented status, and no fault of its own",
    async (_, requests) => {
      await fc.assert(
        fc.asyncProperty(requests, async (request) => {
          const { status, headers, json, text: body } = await send(version, server.port, request);
          expect(documented).toContain(status);
          expect([500, 503, 504]).not.toContain(status);
          if (body === "") return;
          expect(headers["content-type"]).toBe("application/json");
          expect(json).toBeDefined();
        }),
        { numRuns: NUM_RUNS },
      );
    },
    IS_SOAK ? SOAK_TIMEOUT_MS : undefined,
  );
});

function encoded(value: string): string {
  return encodeURIComponent(value.toWellFormed());
}
