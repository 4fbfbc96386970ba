import { once } from "node:events";
import { ServerResponse } from "node:http";
import type { Writable } from "node:stream";
import type { Message } from "@bufbuild/protobuf";
import type { HttpBinding } from "@open-vcluster/api";
import type { Clock } from "@open-vcluster/runtime";
import type { DoorResponse } from "../server/door.ts";
import type { CallError } from "./answer-error.ts";
import { LINES_TYPE } from "./media-type.ts";
import { statusJson } from "./status-json.ts";
import { messageJson } from "./unary-answer.ts";

/** A refusal that comes within this time has a status of its own; a later one is the last line. */
const FIRST_MESSAGE_MS = 5_000;

/** What {@link answerStream} needs besides the messages. */
export interface StreamContext {
  readonly binding: HttpBinding;
  /** Aborts when the client is gone. */
  readonly signal: AbortSignal;
  readonly clock: Clock;
  readonly classify: (thrown: unknown) => CallError;
}

/**
 * Answers with one line of JSON for each message. An error after the first line is a last line `{"error": …}`.
 *
 * Rejects with what the stream throws before the answer began.
 */
export async function answerStream(
  response: DoorResponse,
  messages: AsyncIterable<Message>,
  context: StreamContext,
): Promise<void> {
  const iterator = messages[Symbol.asyncIterator]();
  try {
    const first = iterator.next();
    await settledWithin(first, context.clock);
    response.setHeader("content-type", LINES_TYPE);
    response.statusCode = 200;
    begin(response);
    await writeLines(response, { first, iterator }, context);
    response.end();
  } finally {
    await iterator.return?.();
  }
}

async function writeLines(
  response: DoorResponse,
  {
    first,
    iterator,
  }: { first: Promise<IteratorResult<Message>>; iterator: AsyncIterator<Message> },
  { binding, signal, classify }: StreamContext,
): Promise<void> {
  try {
    for (let step = await first; step.done !== true; step = await iterator.next()) {
      await writeLine(response, messageJson(binding.method.output, step.value), signal);
    }
  } catch (thrown) {
    if (!signal.aborted)
      await writeLine(response, { error: statusJson(classify(thrown).error) }, signal);
  }
}

async function writeLine(
  response: DoorResponse,
  json: unknown,
  signal: AbortSignal,
): Promise<void> {
  signal.throwIfAborted();
  const writable: Writable = response;
  const isRoom = writable.write(`${JSON.stringify(json)}\n`);
  if (!isRoom) await once(writable, "drain", { signal });
}

/** Rejects with the promise; resolves with it, or when the time is over. */
async function settledWithin(promise: Promise<unknown>, clock: Clock): Promise<void> {
  let cancel: () => void = () => undefined;
  const over = new Promise<void>((resolve) => {
    cancel = clock.after(FIRST_MESSAGE_MS, resolve);
  });
  try {
    await Promise.race([promise, over]);
  } finally {
    cancel();
  }
}

/** Sends the header before there is a line. */
function begin(response: DoorResponse): void {
  if (response instanceof ServerResponse) response.flushHeaders();
  else response.writeHead(response.statusCode);
}
