import {
  Code,
  ConnectError,
  type Interceptor,
  type StreamRequest,
  type StreamResponse,
  type UnaryRequest,
} from "@connectrpc/connect";
import { type Clock, Failure, linkAbort } from "@open-vcluster/runtime";
import { forgetBody } from "./body.ts";
import { faultOf } from "./fault.ts";
import { type CallRecord, RECORD } from "./record.ts";
import { untilAborted } from "./until-aborted.ts";

/** What {@link createCallInterceptor} uses. */
export interface CallInterceptorDeps {
  readonly clock: Clock;
  /** The longest that a unary call may take, milliseconds. */
  readonly deadlineMaxMs: number;
  /** Age of what reads are answered from, milliseconds; undefined while it is up to date. */
  readonly cacheAgeMs: () => number | undefined;
  /** Ends every open stream, so that clients go to another replica. */
  readonly closing: AbortSignal;
}

/** In answers while the API server cannot be followed: for how many seconds it could not. */
const CACHE_AGE_HEADER = "openvcluster-cache-age";

/**
 * Surrounds every handler: whatever it throws becomes an error with details, unary calls have a deadline, streams end
 * when the server closes, and the call's record ends with what the client is told.
 */
export function createCallInterceptor(deps: CallInterceptorDeps): Interceptor {
  return (next) => async (request) => {
    const record = request.contextValues.get(RECORD);
    if (record === undefined) {
      throw faultOf(new Failure("bug", "GateMissing", "No gate is before this handler"), NEVER);
    }
    const { signal, cancel } = request.stream
      ? untilClosing(request, deps)
      : untilDeadline(request, deps);
    forgetBody(request.contextValues);
    try {
      if (!record.serve()) throw new ConnectError("The call was cancelled", Code.Canceled);
      // What a handler waits for may never answer, and need not know of the signal.
      const response = await untilAborted(next({ ...request, signal }), signal);
      const ageMs = deps.cacheAgeMs();
      if (ageMs !== undefined) response.header.set(CACHE_AGE_HEADER, secondsText(ageMs));
      if (response.stream) return recorded(response, signal, record);
      record.end();
      return response;
    } catch (thrown) {
      const error = faultOf(thrown, signal);
      record.end(error, thrown);
      throw error;
    } finally {
      cancel();
    }
  };
}

interface BoundedSignal {
  readonly signal: AbortSignal;
  readonly cancel: () => void;
}

const NEVER = new AbortController().signal;

function untilDeadline(
  { signal }: UnaryRequest,
  { clock, deadlineMaxMs }: CallInterceptorDeps,
): BoundedSignal {
  const link = linkAbort(signal);
  const disarm = clock.after(deadlineMaxMs, () => {
    link.abort(new ConnectError("The deadline passed", Code.DeadlineExceeded));
  });
  const cancel = (): void => {
    disarm();
    link.release();
  };
  return { signal: link.signal, cancel };
}

function untilClosing({ signal }: StreamRequest, { closing }: CallInterceptorDeps): BoundedSignal {
  return { signal: AbortSignal.any([signal, closing]), cancel: () => undefined };
}

/** Passes messages on; a handler that ends because of the signal ends the stream with the signal's reason. */
function recorded(
  response: StreamResponse,
  signal: AbortSignal,
  record: CallRecord,
): StreamResponse {
  async function* passOn(): AsyncGenerator {
    try {
      yield* response.message;
      signal.throwIfAborted();
      record.end();
    } catch (thrown) {
      const error = faultOf(thrown, signal);
      record.end(error, thrown);
      throw error;
    } finally {
      // The reader went away: neither an end nor an error came by.
      record.end(new ConnectError("The call was cancelled", Code.Canceled));
    }
  }
  return { ...response, message: passOn() as StreamResponse["message"] };
}

function secondsText(ms: number): string {
  return String(Math.floor(ms / 1_000));
}
