import { Failure } from "@open-vcluster/runtime";
import { Ajv } from "ajv";
import { Ajv2020, type ErrorObject, type ValidateFunction } from "ajv/dist/2020.js";
import { isJsonObject, type JsonObject } from "./json.ts";
import { coalesceValues } from "./merge.ts";

/** More errors than anybody reads help nobody and would not fit into a condition. */
const MAX_ERRORS = 20;

/** The parts of a chart against which values are checked. */
export interface ChartSchema {
  /** Digest of the chart package: the key of the compiled schema. */
  readonly digest: string;
  /** The chart's `values.schema.json`. */
  readonly schema: Readonly<Record<string, unknown>>;
  /** The chart's `values.yaml`. */
  readonly defaults: Readonly<Record<string, unknown>>;
}

/** Compiled schemas by digest of their chart; owned by the caller, because compiling one takes about half a second. */
export type SchemaCache = Map<string, ValidateFunction>;

/**
 * Validates values as Helm does before it renders: the chart's defaults under them, `null` removed.
 *
 * @param values - what Helm would be given
 * @param chart - the chart that would get it
 * @param cache - where compiled schemas are kept
 * @returns one line "path: message" for each violation, at most 20; empty when valid
 * @throws Failure of kind `corrupt`, reason `ChartSchemaInvalid`, when the schema itself cannot be compiled
 */
export function validateValues(
  values: JsonObject,
  chart: ChartSchema,
  cache: SchemaCache,
): readonly string[] {
  const validate = compiled(chart, cache);
  if (validate(coalesceValues(chart.defaults as JsonObject, values))) return [];
  const lines = (validate.errors ?? []).map(describe);
  return [...new Set(lines)].slice(0, MAX_ERRORS);
}

function compiled(chart: ChartSchema, cache: SchemaCache): ValidateFunction {
  const known = cache.get(chart.digest);
  if (known !== undefined) return known;
  const fresh = compile(chart.schema);
  cache.set(chart.digest, fresh);
  return fresh;
}

function compile(schema: Readonly<Record<string, unknown>>): ValidateFunction {
  // Charts carry keywords of their own ("pro", "uniqueKeys"), so unknown ones must not be an error.
  // Neither inlining nor optimising pays off for a check that runs once per change, and both take seconds here.
  const options = {
    inlineRefs: false,
    code: { optimize: false },
    strict: false,
    allErrors: true,
    logger: false,
    validateFormats: false,
  } as const;
  const draft = schema["$schema"];
  const is2020 = typeof draft === "string" && draft.includes("2020-12");
  try {
    return is2020 ? new Ajv2020(options).compile(schema) : new Ajv(options).compile(schema);
  } catch (cause) {
    const message =
      "The chart's values.schema.json cannot be compiled: use an intact chart package.";
    throw new Failure("corrupt", "ChartSchemaInvalid", message, { cause });
  }
}

function describe(error: ErrorObject): string {
  const path = error.instancePath.split("/").slice(1).map(unescapePointer).join(".");
  return `${path === "" ? "values" : path}: ${error.message ?? error.keyword}${detail(error)}`;
}

function detail(error: ErrorObject): string {
  const params: unknown = error.params;
  if (!isJsonObject(params)) return "";
  const extra = params["additionalProperty"];
  if (typeof extra === "string") return ` ("${extra}" is not a value of this chart version)`;
  const allowed = params["allowedValues"];
  return Array.isArray(allowed) ? ` (${allowed.map(String).join(", ")})` : "";
}

function unescapePointer(token: string): string {
  return token.replaceAll("~1", "/").replaceAll("~0", "~");
}
