import { once } from "node:events";
import type { Writable } from "node:stream";
import type { Message } from "@bufbuild/protobuf";
import type { HttpBinding } from "@open-vcluster/api";
import type { DoorResponse } from "../server/door.ts";
import type { CallError } from "./answer-error.ts";
import { LINES_TYPE } from "./media-type.ts";
import { statusJson } from "./status-json.ts";
import { messageJson } from "./unary-answer.ts";

/** What {@link answerStream} needs besides the messages. */
export interface StreamContext {
  readonly binding: HttpBinding;
  /** Aborts when the client is gone. */
  readonly signal: AbortSignal;
  readonly classify: (thrown: unknown) => CallError;
}

/**
 * Answers with one line of JSON for each message, from the first message on. An error after it is a last line
 * `{"error": …}`.
 *
 * Rejects with what the stream throws before its first message.
 */
export async function answerStream(
  response: DoorResponse,
  messages: AsyncIterable<Message>,
  context: StreamContext,
): Promise<void> {
  const iterator = messages[Symbol.asyncIterator]();
  const first = await iterator.next();
  const writable: Writable = response;
  response.setHeader("content-type", LINES_TYPE);
  response.statusCode = 200;
  try {
    await writeLines(writable, { first, iterator }, context);
  } catch (thrown) {
    const { error } = context.classify(thrown);
    if (!context.signal.aborted) writable.write(line({ error: statusJson(error) }));
  }
  response.end();
}

async function writeLines(
  response: Writable,
  { first, iterator }: { first: IteratorResult<Message>; iterator: AsyncIterator<Message> },
  { binding, signal }: StreamContext,
): Promise<void> {
  for (let step = first; step.done !== true; step = await iterator.next()) {
    const isRoom = response.write(line(messageJson(binding.method.output, step.value)));
    if (!isRoom) await once(response, "drain", { signal });
  }
}

function line(json: unknown): string {
  return `${JSON.stringify(json)}\n`;
}
