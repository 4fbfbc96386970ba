import { Failure } from "../failure.ts";

const newline = 0x0a;

/**
 * Splits a body into lines without their ends. A body that ends inside a line is `corrupt`
 * StreamTruncated, a line above `maxLineBytes` is `exhausted` LineTooLong. (`node:readline` over an HTTP
 * body throws an unhandled error when the request is aborted.)
 */
export async function* linesOf(
  chunks: AsyncIterable<Uint8Array>,
  maxLineBytes: number,
): AsyncGenerator<string, void, undefined> {
  let rest: readonly Uint8Array[] = [];
  let restBytes = 0;
  for await (const chunk of chunks) {
    let start = 0;
    let end = chunk.indexOf(newline, start);
    while (end >= 0) {
      yield text(rest, chunk.subarray(start, end));
      rest = [];
      restBytes = 0;
      start = end + 1;
      end = chunk.indexOf(newline, start);
    }
    if (start === chunk.byteLength) continue;
    rest = [...rest, chunk.subarray(start)];
    restBytes += chunk.byteLength - start;
    if (restBytes > maxLineBytes) throw tooLong(maxLineBytes);
  }
  if (restBytes > 0) {
    throw new Failure("corrupt", "StreamTruncated", "The stream ended inside a line");
  }
}

function text(rest: readonly Uint8Array[], last: Uint8Array): string {
  const whole = rest.length === 0 ? last : Buffer.concat([...rest, last]);
  return whole.byteLength === 0
    ? ""
    : Buffer.from(whole.buffer, whole.byteOffset, whole.byteLength).toString("utf8");
}

function tooLong(maxLineBytes: number): Failure {
  return new Failure("exhausted", "LineTooLong", `A line is longer than ${maxLineBytes} bytes`);
}
