import { Failure } from "@open-vcluster/runtime";
import type { DoorRequest } from "../server/door.ts";

/**
 * The body of a request as text.
 *
 * @param maxBytes - 0 for a method that takes none
 * @throws Failure `invalid`, reason `RequestTooLarge` for more than `maxBytes`; `InvalidArgument` for
 *   broken UTF-8, and for any body where none is taken
 */
export async function readBody(request: DoorRequest, maxBytes: number): Promise<string> {
  if (Number(request.headers["content-length"] ?? 0) > maxBytes) throw tooLarge(maxBytes);
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Uint8Array>) {
    size += chunk.byteLength;
    if (size > maxBytes) throw tooLarge(maxBytes);
    chunks.push(chunk);
  }
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(Buffer.concat(chunks));
  } catch (cause) {
    throw new Failure("invalid", "InvalidArgument", "The body must be UTF-8", { cause });
  }
}

function tooLarge(maxBytes: number): Failure {
  if (maxBytes === 0) {
    return new Failure("invalid", "InvalidArgument", "This method takes no body");
  }
  return new Failure("invalid", "RequestTooLarge", `Send at most ${maxBytes} bytes`, {
    facts: { max_bytes: String(maxBytes) },
  });
}
