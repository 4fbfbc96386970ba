import { type DescMessage, fromJsonString, type JsonValue, type Message } from "@bufbuild/protobuf";
import type { HttpBinding } from "@open-vcluster/api";
import { Failure } from "@open-vcluster/runtime";
import { jsonFaults } from "./json-faults.ts";
import { wrongFields } from "./wrong-fields.ts";

/**
 * The request that a body describes, as JSON of proto3; an empty body describes nothing.
 *
 * @throws Failure `invalid` with the fields that are wrong
 */
export function bodyMessage({ method, body }: HttpBinding, text: string): Message {
  const { input } = method;
  if (body === undefined || text === "") return fromJsonString(input, "{}");
  const json = parse(text);
  const isWhole = body === "*";
  // Read from text once more, because only the text shows keys that are given twice.
  const whole = isWhole ? text : `{${JSON.stringify(body.name)}:${text}}`;
  try {
    return fromJsonString(input, whole);
  } catch (cause) {
    throw refusal(input, isWhole ? json : { [body.name]: json }, cause);
  }
}

function parse(text: string): JsonValue {
  try {
    return JSON.parse(text) as JsonValue;
  } catch (cause) {
    // The parser's own text quotes the body.
    const [place] = /position \d+/.exec(String(cause)) ?? [];
    const where = place === undefined ? "" : `; see ${place}`;
    throw new Failure("invalid", "InvalidArgument", `The body must be JSON${where}`, { cause });
  }
}

function refusal(input: DescMessage, json: JsonValue, cause: unknown): Failure {
  const faults = jsonFaults(input, json);
  if (faults.length > 0) return wrongFields(faults);
  const [, twice] = /duplicate object key "(.{1,64})/s.exec(String(cause)) ?? [];
  const text =
    twice === undefined ? "The body is nested too deep" : "The body gives a key of an object twice";
  return new Failure("invalid", "InvalidArgument", text, { cause });
}
