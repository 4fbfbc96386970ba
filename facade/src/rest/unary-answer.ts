import {
  type DescField,
  type DescMessage,
  type JsonValue,
  type Message,
  toJson,
} from "@bufbuild/protobuf";
import { reflect } from "@bufbuild/protobuf/reflect";
import { ERROR_REGISTRY, etagFields, type HttpBinding } from "@open-vcluster/api";
import type { DoorRequest, DoorResponse } from "../server/door.ts";
import { JSON_TYPE } from "./media-type.ts";

/** Answers with one response message; to HEAD without the body. */
export function answerMessage(
  request: DoorRequest,
  response: DoorResponse,
  { method, responseBody }: HttpBinding,
  message: Message,
): void {
  const etag = etagOf(method.output, message);
  if (etag !== undefined) response.setHeader("etag", `"${etag}"`);
  const json = messageJson(method.output, message) as Record<string, JsonValue>;
  const body = responseBody === undefined ? json : (json[responseBody.jsonName] ?? null);
  const bytes = Buffer.from(JSON.stringify(body));
  response.setHeader("content-type", JSON_TYPE);
  response.setHeader("content-length", bytes.byteLength);
  response.statusCode = 200;
  if (request.method === "HEAD") response.end();
  else response.end(bytes);
}

/**
 * The JSON of a message with fields that have no presence always written, so that a script finds an empty list and 0
 * where it looks for them; objects and times that are not set are absent.
 */
export function messageJson(desc: DescMessage, message: Message): JsonValue {
  return toJson(desc, message, { registry: ERROR_REGISTRY, alwaysEmitImplicit: true });
}

function etagOf(desc: DescMessage, message: Message): string | undefined {
  const [first, second] = etagFields(desc) ?? [];
  if (first === undefined) return undefined;
  const holder = reflect(desc, message);
  if (second === undefined) return textOf(holder, first);
  if (first.fieldKind !== "message" || !holder.isSet(first)) return undefined;
  return textOf(holder.get(first), second);
}

function textOf(holder: ReturnType<typeof reflect>, field: DescField): string | undefined {
  const value: unknown = holder.get(field);
  return typeof value === "string" && value !== "" ? value : undefined;
}
