import {
  type DescMessage,
  fromJson,
  type JsonObject,
  type JsonValue,
  type Message,
  toJson,
} from "@bufbuild/protobuf";
import { Code, ConnectError } from "@connectrpc/connect";
import { ERROR_REGISTRY, StatusSchema } from "@open-vcluster/api";
import type { Ask, Talk } from "./talk.ts";

const CODES: ReadonlyMap<number, Code> = new Map(
  Object.values(Code)
    .filter((code) => typeof code !== "string")
    .map((code) => [code, code]),
);

/**
 * A client of the REST form, made from nothing but the paths that the contract documents: fields of the path go into the
 * path, the others into the body, or into the query where there is no body.
 */
export function restDoor(
  deadline: (ms: number) => readonly [header: string, value: string],
): (baseUrl: string) => Talk {
  return (baseUrl) =>
    async function* (ask) {
      const headers = new Headers({ authorization: `Bearer ${ask.token}` });
      if (ask.serverDeadlineMs !== undefined) headers.set(...deadline(ask.serverDeadlineMs));
      const { url, init } = requestOf(ask, baseUrl);
      if (init.body !== undefined) headers.set("content-type", "application/json");
      const signal = ask.signal ?? null;
      try {
        const answer = await fetch(url, { ...init, headers, signal });
        if (!answer.ok) throw errorOf(parsed(await answer.text()));
        if (ask.method.methodKind === "unary") {
          yield messageOf(ask.method.output, parsed(await answer.text()));
        } else {
          yield* streamOf(ask.method.output, answer);
        }
      } catch (error) {
        if (signal?.aborted === true) throw new ConnectError("aborted", Code.Canceled);
        throw error;
      }
    };
}

function requestOf(
  { rest, method, request }: Ask,
  baseUrl: string,
): { url: URL; init: { method: string; body?: string } } {
  const [verb = "", template = ""] = rest.split(" ");
  const fields = { ...(toJson(method.input, request) as JsonObject) };
  const path = template.replace(/\{(\w+)\}/g, (_, name: string) => {
    const value = fields[name];
    delete fields[name];
    return encodeURIComponent(typeof value === "string" ? value : "");
  });
  const url = new URL(path, baseUrl);
  if (verb === "POST" || verb === "PATCH") {
    return { url, init: { method: verb, body: JSON.stringify(fields) } };
  }
  for (const [name, value] of Object.entries(fields)) {
    for (const one of Array.isArray(value) ? value : [value]) {
      url.searchParams.append(name, typeof one === "string" ? one : JSON.stringify(one));
    }
  }
  return { url, init: { method: verb } };
}

/** One message in each line; `{"error": …}` in the last one is how the stream failed. */
async function* streamOf(desc: DescMessage, answer: Response): AsyncGenerator<Message> {
  let rest = "";
  for await (const text of (answer.body ?? new ReadableStream()).pipeThrough(
    new TextDecoderStream(),
  )) {
    const lines = `${rest}${text}`.split("\n");
    rest = lines.pop() ?? "";
    for (const line of lines) {
      const json = parsed(line);
      if (Object.keys(json).join() === "error") throw errorOf(json["error"] ?? null);
      yield messageOf(desc, json);
    }
  }
}

function parsed(text: string): JsonObject {
  return JSON.parse(text) as JsonObject;
}

function messageOf(desc: DescMessage, json: JsonValue): Message {
  return fromJson(desc, json, { registry: ERROR_REGISTRY });
}

function errorOf(json: JsonValue): ConnectError {
  const { code, message, details } = fromJson(StatusSchema, json, { registry: ERROR_REGISTRY });
  const error = new ConnectError(message, CODES.get(code));
  error.details = details.map(({ typeUrl, value }) => ({
    type: typeUrl.slice(typeUrl.lastIndexOf("/") + 1),
    value,
  }));
  return error;
}
