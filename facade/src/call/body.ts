import type { JsonValue } from "@bufbuild/protobuf";
import {
  type ContextKey,
  type ContextValues,
  createContextKey,
  type HandlerContext,
} from "@connectrpc/connect";
import type { UniversalServerRequest } from "@connectrpc/connect/protocol";
import type { FieldViolation } from "@open-vcluster/runtime";
import { jsonFaults } from "../rest/json-faults.ts";

/** A JSON body as far as it was read. */
interface KeptBody {
  /** Bytes before the JSON text. */
  readonly prefix: number;
  readonly chunks: Uint8Array[];
}

const BODY: ContextKey<KeptBody | undefined> = createContextKey<KeptBody | undefined>(undefined, {
  description: "JSON body",
});

/** Of a message within a stream: flags and length. */
const ENVELOPE_BYTES = 5;

/**
 * Keeps what is read of a JSON body until the message is decoded: the decoder says which type is wrong, but not where.
 * Bodies are as large as the router lets them be.
 */
export function withBodyKept(
  request: UniversalServerRequest,
  values: ContextValues,
): UniversalServerRequest {
  const prefix = prefixOf(request.header.get("content-type") ?? "");
  const { body } = request;
  if (prefix === undefined || request.header.has("content-encoding") || !isIterable(body)) {
    return request;
  }
  const chunks: Uint8Array[] = [];
  values.set(BODY, { prefix, chunks });
  return { ...request, body: kept(body, chunks) };
}

/** What is wrong in the kept body, by path; nothing if there is no body or it is not JSON. */
export function bodyFaults({ values, method }: HandlerContext): readonly FieldViolation[] {
  const body = values.get(BODY);
  const json = body === undefined ? undefined : jsonOf(body);
  return json === undefined ? [] : jsonFaults(method.input, json);
}

/** Forgets the body of a message that could be decoded. */
export function forgetBody(values: ContextValues): void {
  values.delete(BODY);
}

function prefixOf(contentType: string): number | undefined {
  const [, kind] = /^application\/(json|connect\+json)\s*(?:;|$)/i.exec(contentType) ?? [];
  if (kind === undefined) return undefined;
  return kind.toLowerCase() === "json" ? 0 : ENVELOPE_BYTES;
}

function isIterable(body: UniversalServerRequest["body"]): body is AsyncIterable<Uint8Array> {
  return typeof body === "object" && body !== null && Symbol.asyncIterator in body;
}

async function* kept(
  body: AsyncIterable<Uint8Array>,
  chunks: Uint8Array[],
): AsyncGenerator<Uint8Array> {
  for await (const chunk of body) {
    chunks.push(chunk);
    yield chunk;
  }
}

function jsonOf({ prefix, chunks }: KeptBody): JsonValue | undefined {
  try {
    return JSON.parse(Buffer.concat(chunks).subarray(prefix).toString("utf8")) as JsonValue;
  } catch {
    return undefined;
  }
}
