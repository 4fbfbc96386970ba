import type { DescEnum, DescField, DescMessage } from "@bufbuild/protobuf";
import type { HttpBinding } from "../src/http/http-binding.ts";
import { enumSchema, fieldSchema, referred, type Schema, schemaName } from "./json-schema.ts";
import type { Comments } from "./proto-comments.ts";

/**
 * Schemas of everything that bodies and answers of the bindings are made of, by name.
 *
 * What a request may hold has no other fields, because unknown ones are refused. What is answered only, always has
 * the fields without presence.
 */
export function messageSchemas(
  bindings: readonly HttpBinding[],
  comments: Comments,
  alsoAnswered: readonly DescMessage[],
): Readonly<Record<string, Schema>> {
  const bodies = bindings.filter(({ body }) => body === "*");
  const sent = reachable(bodies.map(({ method }) => method.input));
  const answered = reachable([...bindings.map(({ method }) => method.output), ...alsoAnswered]);
  const inPath = new Map(
    bodies.map(({ method, template }) => [
      method.input,
      template.variables.map(({ field }) => field),
    ]),
  );
  const all = new Set([...sent, ...answered]);
  const parameters = bindings.map(({ method }) => method.input);
  return Object.fromEntries(
    [
      ...[...all].map((message): readonly [string, Schema] => [
        schemaName(message),
        messageSchema(message, {
          comments,
          isSent: sent.has(message),
          omitted: inPath.get(message) ?? [],
        }),
      ]),
      ...[...enumsOf([...all, ...parameters])].map((desc): readonly [string, Schema] => [
        schemaName(desc),
        enumSchema(desc, comments),
      ]),
    ].toSorted(([a], [b]) => (a < b ? -1 : 1)),
  );
}

interface MessageContext {
  readonly comments: Comments;
  readonly isSent: boolean;
  /** Fields that the path says. */
  readonly omitted: readonly string[];
}

function messageSchema(message: DescMessage, context: MessageContext): Schema {
  const fields = message.fields.filter(({ name }) => !context.omitted.includes(name));
  const description = context.comments.get(message.typeName);
  const properties = fields.map((field) => [
    field.jsonName,
    { ...fieldSchema(field), ...described(field, context.comments) },
  ]);
  return {
    type: "object",
    ...(description !== undefined && { description }),
    properties: Object.fromEntries(properties) as Schema,
    ...(context.isSent
      ? { additionalProperties: false }
      : { required: fields.filter(isAlwaysThere).map(({ jsonName }) => jsonName) }),
  };
}

function described(field: DescField, comments: Comments): Schema {
  const description = comments.get(`${field.parent.typeName}.${field.name}`);
  return description === undefined ? {} : { description };
}

function isAlwaysThere({ fieldKind, oneof }: DescField): boolean {
  return fieldKind !== "message" && oneof === undefined;
}

function reachable(roots: readonly DescMessage[]): ReadonlySet<DescMessage> {
  const found = new Set<DescMessage>(roots);
  // A set goes on with what is added while it is walked.
  for (const message of found) {
    for (const field of message.fields) {
      const next = referred(field);
      if (next !== undefined) found.add(next);
    }
  }
  return found;
}

function enumsOf(messages: readonly DescMessage[]): ReadonlySet<DescEnum> {
  const fields = messages.flatMap((message) => message.fields);
  return new Set(fields.flatMap((field) => (field.enum === undefined ? [] : [field.enum])));
}
