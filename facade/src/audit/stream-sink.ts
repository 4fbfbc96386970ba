import type { Writable } from "node:stream";
import type { AuditSink } from "./audit.ts";

/** Writes to a stream that somebody else owns, such as standard output. */
export function createStreamSink(stream: Writable): AuditSink {
  return {
    write: (lines) =>
      new Promise((resolve, reject) => {
        stream.write(lines, (error) => {
          if (error === null || error === undefined) resolve();
          else reject(error);
        });
      }),
    close: () => Promise.resolve(),
  };
}
