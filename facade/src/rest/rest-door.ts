import type { DescService, Message } from "@bufbuild/protobuf";
import { Code, ConnectError, type Transport } from "@connectrpc/connect";
import { httpBindings } from "@open-vcluster/api";
import { Failure, failureOf } from "@open-vcluster/runtime";
import type { Entrance } from "../call/entrance.ts";
import { faultOf } from "../call/fault.ts";
import { type Door, type DoorRequest, type DoorResponse, pathOf } from "../server/door.ts";
import { answerError, type CallError, callErrorOf } from "./answer-error.ts";
import { answerHeader, callHeader, timeoutOf } from "./call-header.ts";
import { type Deadline, deadlineOf } from "./deadline.ts";
import { JSON_TYPE, LINES_TYPE, requireAccepted, requireJsonBody } from "./media-type.ts";
import { queryParameters } from "./query.ts";
import { readBody } from "./read-body.ts";
import { requestMessage } from "./request-message.ts";
import { createRoutes, type Destination, type Routes } from "./route.ts";
import { answerStream } from "./stream-answer.ts";
import { answerMessage } from "./unary-answer.ts";

/** Options of {@link createRestDoor}. */
export interface RestDoorOptions {
  /** Their methods with a `google.api.http` annotation are served. */
  readonly services: readonly DescService[];
  /** Carries the calls; headers of requests, credentials among them, go with them. */
  readonly transport: Transport;
  readonly maxBodyBytes: number;
  readonly entrance: Entrance;
  /** How a refusal that comes before the call is told. */
  readonly toConnectError: (failure: Failure) => ConnectError;
}

type Found = Extract<Destination, { kind: "binding" }>;

/** What a request asks for before its body is read. */
interface Wish {
  readonly found: Found;
  readonly deadline: Deadline;
}

interface Exchange {
  readonly request: DoorRequest;
  readonly response: DoorResponse;
  /** Aborts when the client is gone. */
  readonly signal: AbortSignal;
}

/**
 * Serves methods as plain HTTP with JSON, by their `google.api.http` annotations. It owns every path that begins as one
 * of the annotated paths does.
 *
 * @throws Failure `bug` if two methods are bound to one path
 */
export function createRestDoor(options: RestDoorOptions): Door {
  const routes = createRoutes(httpBindings(options.services));
  return (request, response) => {
    if (!routes.owns(pathOf(request))) return false;
    const exchange = { request, response, signal: goneSignal(response) };
    void serve(routes, exchange, options);
    return true;
  };
}

async function serve(routes: Routes, exchange: Exchange, options: RestDoorOptions): Promise<void> {
  const { request, response, signal } = exchange;
  const { entrance, toConnectError } = options;
  let wish: Wish | undefined;
  try {
    wish = wishOf(routes, exchange);
  } catch (thrown) {
    const told = entrance.refuseStray(request, failureOf(thrown));
    refuse(exchange, callErrorOf(told, toConnectError));
  }
  if (wish === undefined) return;
  const { method } = wish.found.binding;
  const header = callHeader(request);
  const visit = entrance.receive({ method, header, signal: wish.deadline.signal });
  response.setHeader("x-request-id", visit.id);
  try {
    await visit.call;
    await entrance.visits.run(visit, () => call(wish, { exchange, header, options }));
  } catch (thrown) {
    const told = callErrorOf(signal.aborted ? faultOf(thrown, signal) : thrown, toConnectError);
    visit.record.end(told.error, thrown);
    refuse(exchange, told);
  }
}

/** Absent: the request is answered, for it asked only how to ask. Throws a Failure if it leads to no method. */
function wishOf(routes: Routes, { request, response, signal }: Exchange): Wish | undefined {
  const verb = request.method ?? "GET";
  const destination = routes.find(verb, pathOf(request));
  if (destination.kind === "nowhere") {
    throw new Failure("notFound", "PathNotFound", "There is no such path; see /openapi.json");
  }
  if (destination.kind === "otherMethods") {
    response.setHeader("allow", destination.allowed.join(", "));
    if (verb !== "OPTIONS") {
      const text = `Use ${destination.allowed.join(" or ")} for this path`;
      throw new Failure("invalid", "MethodNotAllowed", text);
    }
    response.statusCode = 204;
    response.end();
    return undefined;
  }
  return { found: destination, deadline: deadlineOf(timeoutOf(request), signal) };
}

async function call(
  { found, deadline }: Wish,
  {
    exchange: { request, response, signal },
    header,
    options,
  }: { readonly exchange: Exchange; readonly header: Headers; readonly options: RestDoorOptions },
): Promise<void> {
  const { binding } = found;
  const { method } = binding;
  const isStream = method.methodKind === "server_streaming";
  requireAccepted(request, isStream ? [LINES_TYPE, JSON_TYPE] : [JSON_TYPE]);
  const message = await messageOf(found, request, options.maxBodyBytes);
  const leftMs = deadline.leftMs();
  if (!isStream) {
    const result = await options.transport.unary(method, signal, leftMs, header, message);
    setHeaders(response, result.header, result.trailer);
    answerMessage(request, response, binding, result.message);
    return;
  }
  const result = await options.transport.stream(method, signal, leftMs, header, only(message));
  setHeaders(response, result.header);
  await answerStream(response, result.message, {
    binding,
    signal,
    classify: (thrown) => callErrorOf(thrown, options.toConnectError),
  });
}

async function messageOf(
  { binding, variables }: Found,
  request: DoorRequest,
  maxBodyBytes: number,
): Promise<Message> {
  const body = await readBody(request, binding.body === undefined ? 0 : maxBodyBytes);
  if (body !== "") requireJsonBody(request);
  return requestMessage({
    binding,
    variables,
    query: queryParameters(request.url ?? ""),
    body,
    header: (name) => headerOf(request, name),
  });
}

function refuse({ request, response, signal }: Exchange, told: CallError): void {
  if (signal.aborted) {
    response.destroy();
    return;
  }
  // What is left of the body would be read as the next request.
  if (request.httpVersionMajor === 1 && !request.complete)
    response.setHeader("connection", "close");
  answerError(response, told);
}

function goneSignal(response: DoorResponse): AbortSignal {
  const controller = new AbortController();
  // A broken connection ends in "close" too.
  response.on("error", () => undefined);
  response.once("close", () => {
    controller.abort(new ConnectError("The client is gone", Code.Canceled));
  });
  return controller.signal;
}

function setHeaders(response: DoorResponse, ...sources: readonly Headers[]): void {
  for (const [name, value] of answerHeader(...sources)) response.setHeader(name, value);
}

function headerOf(request: DoorRequest, name: string): string | undefined {
  const value = request.headers[name];
  return Array.isArray(value) ? value.join(", ") : value;
}

async function* only(message: Message): AsyncIterable<Message> {
  await Promise.resolve();
  yield message;
}
