import { readFileSync } from "node:fs";
import { describe, expect, it } from "@jest/globals";
import { Ajv2020, type SchemaObject } from "ajv/dist/2020.js";
import type { Schema } from "./json-schema.ts";
import { OPENAPI_FILE, openApiText } from "./outputs.ts";

interface Operation {
  readonly operationId: string;
  readonly summary: string;
  readonly parameters: readonly Schema[];
  readonly responses: Readonly<Record<string, Schema>>;
}

interface Document {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly components: { readonly schemas: Readonly<Record<string, Schema>> };
}

const text = readFileSync(OPENAPI_FILE, "utf8");
const document = JSON.parse(text) as Document;
const operations = Object.entries(document.paths).flatMap(([path, item]) =>
  Object.entries(item).map(([verb, operation]) => ({ path, verb, ...operation })),
);

describe("the OpenAPI document", () => {
  it("is what npm run generate writes", () => {
    expect(text).toBe(openApiText());
  });

  it("is valid by the official schema of OpenAPI 3.1", () => {
    // Ajv resolves a dynamic reference to the wrong place; nothing overrides this one.
    const schema = readFileSync(
      new URL("../test/testdata/openapi-3.1.schema.json", import.meta.url),
      "utf8",
    ).replaceAll('"$dynamicRef": "#meta"', '"$ref": "#/$defs/schema"');
    const validate = new Ajv2020({ strict: false, validateFormats: false }).compile(
      JSON.parse(schema) as SchemaObject,
    );
    expect([validate(document), validate.errors]).toEqual([true, null]);
    expect(validate({ ...document, paths: { "no-slash": {} } })).toBe(false);
  });

  it("has schemas that are valid and whose references lead somewhere", () => {
    const ajv = new Ajv2020({ strict: false, validateFormats: false }).addSchema(document, "doc");
    for (const name of Object.keys(document.components.schemas)) {
      const validate = ajv.getSchema(`doc#/components/schemas/${name}`);
      expect(() => validate?.({})).not.toThrow();
      expect(validate).toBeDefined();
    }
    for (const [, target] of text.matchAll(/"\$ref": "#\/([^"]+)"/g)) {
      const found = target
        ?.split("/")
        .reduce<unknown>(
          (inner, key) => (inner as Readonly<Record<string, unknown>> | undefined)?.[key],
          document,
        );
      expect(found).toBeDefined();
    }
  });

  it("names every operation once and describes it", () => {
    const ids = operations.map(({ operationId }) => operationId);
    expect(ids.length).toBe(new Set(ids).size);
    expect(ids).toContain("GetVCluster_2");
    expect(operations.filter(({ summary }) => !summary.endsWith("."))).toEqual([]);
  });

  it("describes every field, value and parameter", () => {
    const empty = [...text.matchAll(/"description": ""|: $/gm)];
    expect(empty).toEqual([]);
    const fields = Object.entries(document.components.schemas).flatMap(([name, schema]) =>
      Object.entries((schema["properties"] ?? {}) as Record<string, Schema>).map(
        ([field, { description }]) => [`${name}.${field}`, description] as const,
      ),
    );
    const ours = fields.filter(([name]) => !/^(Status|StreamError)\./.test(name));
    expect(ours.length).toBeGreaterThan(200);
    expect(ours.filter(([, description]) => description === undefined)).toEqual([]);
  });

  it("leaves out of a body what the path says", () => {
    const { UpdateVClusterRequest, CreateVClusterRequest } = document.components.schemas;
    expect(UpdateVClusterRequest?.["properties"]).not.toHaveProperty("name");
    expect(UpdateVClusterRequest?.["additionalProperties"]).toBe(false);
    expect(CreateVClusterRequest?.["properties"]).toHaveProperty("name");
  });

  it("promises the fields that answers always have", () => {
    const { ListVClustersResponse, VCluster } = document.components.schemas;
    expect(ListVClustersResponse?.["required"]).toEqual([
      "vclusters",
      "nextPageToken",
      "totalCount",
      "resourceVersion",
    ]);
    expect(VCluster?.["required"]).not.toContain("createTime");
  });

  it("has the statuses of every operation", () => {
    const always = "200 400 401 403 404 405 406 409 429 499 500 501 503 504".split(" ");
    for (const { verb, responses } of operations) {
      const withBody = verb === "post" || verb === "patch" ? ["413", "415"] : [];
      expect(Object.keys(responses)).toEqual([...always, ...withBody].toSorted());
    }
  });
});
