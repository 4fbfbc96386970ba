import { Code, ConnectError } from "@connectrpc/connect";

/** As long as a request may be repeated before its operation is closed. */
const PATIENCE_MS = 25_000;
const PAUSE_MS = 50;

/** Answers that no repetition changes. */
const FINAL: ReadonlySet<Code> = new Set([
  Code.InvalidArgument,
  Code.NotFound,
  Code.AlreadyExists,
  Code.FailedPrecondition,
  Code.Aborted,
  Code.PermissionDenied,
  Code.Unauthenticated,
]);

/**
 * Calls as clients are told to: the same request again, a moment later, until there is an answer.
 *
 * @param again - Told of each failure that is followed by a repetition.
 */
export async function repeated<T>(call: () => Promise<T>, again: (code: Code) => void): Promise<T> {
  const giveUpMs = Date.now() + PATIENCE_MS;
  for (;;) {
    try {
      return await call();
    } catch (error) {
      const { code } = ConnectError.from(error);
      if (FINAL.has(code) || Date.now() > giveUpMs) throw error;
      again(code);
      await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
    }
  }
}
