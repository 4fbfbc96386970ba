import {
  type DescField,
  type DescMethod,
  type DescMethodServerStreaming,
  type DescMethodUnary,
  type DescService,
  getOption,
  hasOption,
} from "@bufbuild/protobuf";
import { http } from "../gen/google/api/annotations_pb.ts";
import type { HttpRule } from "../gen/google/api/http_pb.ts";
import { fieldsOnPath } from "./field-path.ts";
import { type PathTemplate, parsePathTemplate } from "./path-template.ts";
import { isQueryLeaf } from "./query-field.ts";

/** A method that HTTP can call: one request, and one or many responses. */
export type HttpMethodDesc = DescMethodUnary | DescMethodServerStreaming;

/** One way to call a method by plain HTTP. */
export interface HttpBinding {
  readonly method: HttpMethodDesc;
  /** HTTP method in capitals. */
  readonly verb: string;
  readonly template: PathTemplate;
  /** What the body is: the whole request, one field of it, or absent: there is none. */
  readonly body?: "*" | DescField;
  /** The field of the response that is answered; absent: the whole. */
  readonly responseBody?: DescField;
  /** 0 for the annotation itself, then its additional bindings. */
  readonly index: number;
}

/**
 * Reads the `google.api.http` annotations of services; methods without one have no binding.
 *
 * @throws Error with the method whose annotation cannot be followed
 */
export function httpBindings(services: readonly DescService[]): readonly HttpBinding[] {
  return services.flatMap(({ methods }) => methods.flatMap(bindingsOf));
}

function bindingsOf(method: DescMethod): readonly HttpBinding[] {
  if (!hasOption(method, http)) return [];
  if (!takesOneMessage(method)) {
    throw new Error(`${method.toString()} takes a stream, which plain HTTP cannot send`);
  }
  const rule = getOption(method, http);
  return [rule, ...rule.additionalBindings].map((one, index) => bindingOf(method, one, index));
}

function takesOneMessage(method: DescMethod): method is HttpMethodDesc {
  return method.methodKind === "unary" || method.methodKind === "server_streaming";
}

function bindingOf(method: HttpMethodDesc, rule: HttpRule, index: number): HttpBinding {
  const [verb, path] = patternOf(method, rule);
  const template = parsePathTemplate(path);
  for (const { field } of template.variables) {
    const last = fieldsOnPath(method.input, field)?.at(-1);
    if (last === undefined || !isQueryLeaf(last) || last.fieldKind === "list") {
      throw new Error(`${method.toString()}: ${path} names ${field}, which no path can hold`);
    }
  }
  return {
    method,
    verb,
    template,
    index,
    ...bodyOf(method, rule.body),
    ...(rule.responseBody !== "" && {
      responseBody: fieldOf(method, method.output.fields, rule.responseBody),
    }),
  };
}

function patternOf(method: HttpMethodDesc, { pattern }: HttpRule): readonly [string, string] {
  switch (pattern.case) {
    case "get":
    case "put":
    case "post":
    case "delete":
    case "patch":
      return [pattern.case.toUpperCase(), pattern.value];
    case "custom":
      return [pattern.value.kind.toUpperCase(), pattern.value.path];
    case undefined:
      throw new Error(`${method.toString()} has an annotation without a path`);
  }
}

function bodyOf(method: HttpMethodDesc, body: string): Pick<HttpBinding, "body"> {
  if (body === "") return {};
  return { body: body === "*" ? "*" : fieldOf(method, method.input.fields, body) };
}

function fieldOf(method: HttpMethodDesc, fields: readonly DescField[], name: string): DescField {
  const field = fields.find((one) => one.name === name);
  if (field === undefined) throw new Error(`${method.toString()} has no field ${name}`);
  return field;
}
