import {
  create,
  type DescField,
  type DescMessage,
  fromJson,
  type JsonValue,
} from "@bufbuild/protobuf";
import { describe, expect, it } from "@jest/globals";
import {
  boundsOf,
  type CreateVClusterRequest,
  CreateVClusterRequestSchema,
  type FieldBounds,
} from "@open-vcluster/api";
import { createViolations } from "./validate.ts";

interface Case {
  /** Path of the field in proto names. */
  readonly path: string;
  readonly what: string;
  readonly request: CreateVClusterRequest;
}

const GOOD = { name: "web", namespace: "team" };

/** Values outside of bounds, each with what is wrong with it. */
function outside(bounds: FieldBounds): readonly (readonly [string, JsonValue])[] {
  const { maxLength, pattern, oneOf, minimum, maximum } = bounds;
  return [
    ...(maxLength === undefined ? [] : [["too long", "1".repeat(maxLength + 1)] as const]),
    ...(pattern === undefined ? [] : [["of another shape", "not \u0007 this"] as const]),
    ...(oneOf === undefined
      ? []
      : [["unknown", typeof oneOf[0] === "number" ? 7 : "other"] as const]),
    ...(minimum === undefined ? [] : [["too small", minimum - 1] as const]),
    ...(maximum === undefined ? [] : [["too large", maximum + 1] as const]),
  ];
}

function wrongValues(
  field: DescField,
  bounds: FieldBounds,
): readonly (readonly [string, JsonValue])[] {
  const keys = Array.from({ length: (bounds.maxEntries ?? 0) + 1 }, (_, index) => `k${index}`);
  const isMany = bounds.maxEntries !== undefined;
  switch (field.fieldKind) {
    case "map":
      return [["too many", Object.fromEntries(keys.map((key) => [key, "v"]))]];
    case "list":
      return [
        ...(isMany ? [["too many", keys.map((key) => entryOf(field, key))] as const] : []),
        ...outside(bounds).map(([what, value]): readonly [string, JsonValue] => [what, [value]]),
      ];
    default:
      return outside(bounds);
  }
}

function entryOf(field: DescField, name: string): JsonValue {
  return field.fieldKind === "list" && field.listKind === "message"
    ? { name, image: "example.com/plugin" }
    : name;
}

function casesBelow(message: DescMessage, way: readonly DescField[] = []): readonly Case[] {
  return message.fields.flatMap((field) => {
    const here = [...way, field];
    const path = here.map(({ name }) => name).join(".");
    const bounds = boundsOf(field);
    const own =
      bounds === undefined
        ? []
        : wrongValues(field, bounds).map(([what, value]) => ({
            path,
            what,
            request: requestWith(here, value),
          }));
    const isObject =
      field.fieldKind === "message" && field.message.typeName.startsWith("vcluster.");
    return isObject ? [...own, ...casesBelow(field.message, here)] : own;
  });
}

function requestWith(way: readonly DescField[], value: JsonValue): CreateVClusterRequest {
  const json = way.reduceRight<JsonValue>((inner, { jsonName }) => ({ [jsonName]: inner }), value);
  return fromJson(CreateVClusterRequestSchema, { ...GOOD, ...(json as Record<string, JsonValue>) });
}

describe("a creation with a field outside of the documented bounds", () => {
  it("is else accepted", () => {
    expect(createViolations(create(CreateVClusterRequestSchema, GOOD))).toEqual([]);
  });

  it.each(casesBelow(CreateVClusterRequestSchema))(
    "is refused: $path is $what",
    ({ path, request }) => {
      const fields = createViolations(request).map(({ field }) => field);
      expect(fields.some((field) => field === path || field.startsWith(`${path}[`))).toBe(true);
    },
  );
});
