import { once } from "node:events";
import { type IncomingMessage, request as requestPlain } from "node:http";
import { request as requestSecure } from "node:https";
import { text } from "node:stream/consumers";
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
import { type Ask, authorization, type ClientTls, type Talk } from "./talk.ts";

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
): (baseUrl: string, tls?: ClientTls) => Talk {
  return (baseUrl, tls) =>
    async function* (ask) {
      const { signal } = ask;
      try {
        const answer = await answerTo(ask, { baseUrl, tls, deadline });
        if (answer.statusCode !== 200) throw errorOf(parsed(await text(answer)));
        if (ask.method.methodKind === "unary") {
          yield messageOf(ask.method.output, parsed(await text(answer)));
        } else {
          yield* streamOf(ask.method.output, answer);
        }
      } catch (error) {
        if (signal?.aborted === true) throw new ConnectError("aborted", Code.Canceled);
        throw error;
      }
    };
}

async function answerTo(
  ask: Ask,
  {
    baseUrl,
    tls,
    deadline,
  }: {
    readonly baseUrl: string;
    readonly tls: ClientTls | undefined;
    readonly deadline: (ms: number) => readonly [header: string, value: string];
  },
): Promise<IncomingMessage> {
  const { url, method, body } = requestOf(ask, baseUrl);
  const { serverDeadlineMs, signal } = ask;
  const send = url.protocol === "https:" ? requestSecure : requestPlain;
  const request = send(url, {
    method,
    ...tls,
    headers: {
      ...authorization(ask),
      ...(serverDeadlineMs !== undefined && Object.fromEntries([deadline(serverDeadlineMs)])),
      ...(body !== undefined && { "content-type": "application/json" }),
    },
    ...(signal !== undefined && { signal }),
  });
  const answered = once(request, "response");
  // Of an answer that is given up, which its reader is told.
  request.on("error", () => undefined);
  request.end(body);
  const [answer] = (await answered) as [IncomingMessage];
  return answer;
}

function requestOf(
  { rest, method: { input }, request }: Ask,
  baseUrl: string,
): { readonly url: URL; readonly method: string; readonly body?: string } {
  const [verb = "", template = ""] = rest.split(" ");
  const fields = { ...(toJson(input, request) as JsonObject) };
  const path = template.replace(/\{(\w+)\}/g, (_, name: string) => {
    const value = fields[name];
    delete fields[name];
    return encodeURIComponent(typeof value === "string" ? value : "");
  });
  const url = new URL(path, baseUrl);
  if (verb === "POST" || verb === "PATCH") {
    return { url, method: verb, body: JSON.stringify(fields) };
  }
  for (const [name, value] of Object.entries(fields)) {
    for (const one of Array.isArray(value) ? value : [value]) {
      url.searchParams.append(name, typeof one === "string" ? one : JSON.stringify(one));
    }
  }
  return { url, method: verb };
}

/** One message in each line; `{"error": …}` in the last one is how the stream failed. */
async function* streamOf(desc: DescMessage, answer: IncomingMessage): AsyncGenerator<Message> {
  let rest = "";
  for await (const chunk of answer.setEncoding("utf8") as AsyncIterable<string>) {
    const lines = `${rest}${chunk}`.split("\n");
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
