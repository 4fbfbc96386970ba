import type { DescField } from "@bufbuild/protobuf";
import { boundsAt } from "../src/bounds/bounds-of.ts";
import { etagFields, requestHeaderField, TIMEOUT_HEADER } from "../src/http/header-field.ts";
import type { HttpBinding } from "../src/http/http-binding.ts";
import { queryFields } from "../src/http/query-field.ts";
import { fieldSchema, pathSchema, type Schema, schemaName } from "./json-schema.ts";
import { ERROR_STATUSES } from "./openapi-error.ts";
import type { Comments } from "./proto-comments.ts";

/** The operation object of one binding. */
export function operationOf(binding: HttpBinding, comments: Comments): Schema {
  const { method, index, body } = binding;
  const comment = comments.get(`${method.parent.typeName}.${method.name}`) ?? "";
  return {
    operationId: index === 0 ? method.name : `${method.name}_${index + 1}`,
    tags: [method.parent.name],
    summary: comment.slice(0, comment.search(/\.(\s|$)/) + 1).replaceAll("\n", " "),
    description: comment,
    parameters: [
      ...pathParameters(binding, comments),
      ...queryParameters(binding, comments),
      ...headerParameters(binding),
    ],
    ...(body === "*" && {
      requestBody: {
        content: { "application/json": { schema: schemaOf(schemaName(method.input)) } },
      },
    }),
    responses: responsesOf(binding),
  };
}

/** The path of a binding in the notation of OpenAPI. */
export function pathOf({ template }: HttpBinding): string {
  return template.text.replace(/=[^}]*\}/g, "}");
}

function pathParameters({ method, template }: HttpBinding, comments: Comments): readonly Schema[] {
  return template.variables.map(({ field: name }) => {
    const field = method.input.fields.find((each) => each.name === name);
    return {
      name,
      in: "path",
      required: true,
      description: comments.get(`${method.input.typeName}.${name}`) ?? "",
      schema: field === undefined ? {} : pathSchema(field),
    };
  });
}

function queryParameters(
  { method, template, body }: HttpBinding,
  comments: Comments,
): readonly Schema[] {
  if (body === "*") return [];
  const taken = new Set(template.variables.map(({ field }) => field));
  return queryFields(method.input, taken).map(({ name, field }) => ({
    name,
    in: "query",
    description: comments.get(`${field.parent.typeName}.${field.name}`) ?? "",
    schema: fieldSchema(field),
  }));
}

function headerParameters({ method }: HttpBinding): readonly Schema[] {
  const has = (field: DescField | undefined): boolean => field !== undefined;
  return [
    ...(has(requestHeaderField(method.input, "idempotency-key")) ? ["IdempotencyKey"] : []),
    ...(has(requestHeaderField(method.input, "if-match")) ? ["IfMatch"] : []),
    "Timeout",
  ].map((name) => ({ $ref: `#/components/parameters/${name}` }));
}

function responsesOf(binding: HttpBinding): Schema {
  const errors = ERROR_STATUSES.filter(
    ({ onlyWithBody }) => !onlyWithBody || binding.body !== undefined,
  );
  return {
    200: binding.method.methodKind === "unary" ? answer(binding) : stream(binding),
    ...Object.fromEntries(
      errors.map(({ status }) => [status, { $ref: `#/components/responses/${status}` }]),
    ),
  };
}

function answer({ method }: HttpBinding): Schema {
  const hasEtag = etagFields(method.output) !== undefined;
  return {
    description: "The answer.",
    ...(hasEtag && { headers: { ETag: { $ref: "#/components/headers/ETag" } } }),
    content: { "application/json": { schema: schemaOf(schemaName(method.output)) } },
  };
}

function stream({ method }: HttpBinding): Schema {
  const each = [schemaOf(schemaName(method.output)), schemaOf("StreamError")];
  return {
    description: "A stream. Each line is one of these objects; a StreamError is the last.",
    content: { "application/x-ndjson": { schema: { anyOf: each } } },
  };
}

function schemaOf(name: string): Schema {
  return { $ref: `#/components/schemas/${name}` };
}

/** Parameters that operations share. */
export const SHARED_PARAMETERS: Schema = {
  IdempotencyKey: {
    name: "Idempotency-Key",
    in: "header",
    description: "The same as `requestId` in the body; if both are sent, they must be equal.",
    schema: {
      type: "string",
      maxLength: boundsAt("CreateVClusterRequest.request_id", "maxLength").maxLength,
    },
  },
  IfMatch: {
    name: "If-Match",
    in: "header",
    description:
      "The same as `etag` in the body, as the header `ETag` of an answer has it: in quotes. `*` is any version.",
    schema: { type: "string", pattern: '^("[^"]*"|\\*)$' },
  },
  Timeout: {
    name: TIMEOUT_HEADER,
    in: "header",
    description: "How long the client waits, milliseconds. After it the call ends with 504.",
    schema: { type: "integer", minimum: 1, maximum: 9_999_999_999 },
  },
};

/** Headers of answers that operations share. */
export const SHARED_HEADERS: Schema = {
  ETag: {
    description: "Version of the answered object or list, in quotes; absent if there is none.",
    schema: { type: "string" },
  },
};
