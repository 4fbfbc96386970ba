import { Code, ConnectError } from "@connectrpc/connect";
import { RetryInfoSchema, STATUS_CODES } from "@open-vcluster/api";
import { type Failure, failureOf } from "@open-vcluster/runtime";
import type { DoorResponse } from "../server/door.ts";
import { answerHeader } from "./call-header.ts";
import { JSON_TYPE } from "./media-type.ts";
import { statusJson } from "./status-json.ts";

/** Refusals that HTTP has a status of its own for, by reason. */
const HTTP_STATUS: Readonly<Record<string, number>> = {
  MethodNotAllowed: 405,
  NotAcceptable: 406,
  RequestTooLarge: 413,
  UnsupportedMediaType: 415,
};

/** What was thrown, as an error for the client. */
export interface CallError {
  readonly httpStatus: number;
  readonly error: ConnectError;
}

/** Classifies whatever was thrown before, in or after a call. */
export function callErrorOf(
  thrown: unknown,
  toConnectError: (failure: Failure) => ConnectError,
): CallError {
  if (thrown instanceof ConnectError) return { error: thrown, httpStatus: httpStatusOf(thrown) };
  const failure = failureOf(thrown);
  const error = toConnectError(failure);
  return { error, httpStatus: HTTP_STATUS[failure.reason] ?? httpStatusOf(error) };
}

/** Answers with an error; a response that has begun is not touched. */
export function answerError(response: DoorResponse, { error, httpStatus }: CallError): void {
  if (response.headersSent) return;
  for (const [name, value] of answerHeader(error.metadata)) response.setHeader(name, value);
  const retryAfter = retryAfterSeconds(error);
  if (retryAfter !== undefined) response.setHeader("retry-after", String(retryAfter));
  if (error.code === Code.Unauthenticated && !response.hasHeader("www-authenticate")) {
    response.setHeader("www-authenticate", "Bearer");
  }
  response.setHeader("content-type", JSON_TYPE);
  response.statusCode = httpStatus;
  response.end(JSON.stringify(statusJson(error)));
}

function httpStatusOf({ code }: ConnectError): number {
  return STATUS_CODES.find((one) => one.code === (code as number))?.httpStatus ?? 500;
}

function retryAfterSeconds(error: ConnectError): number | undefined {
  const delay = error.findDetails(RetryInfoSchema)[0]?.retryDelay;
  if (delay === undefined) return undefined;
  return Number(delay.seconds) + (delay.nanos > 0 ? 1 : 0);
}
