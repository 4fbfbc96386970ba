import { create } from "@bufbuild/protobuf";
import { Code, ConnectError } from "@connectrpc/connect";
import { ErrorInfoSchema, RetryInfoSchema } from "@open-vcluster/api";
import type { Failure, FailureKind } from "@open-vcluster/runtime";

const CODES: Readonly<Record<FailureKind, Code>> = {
  invalid: Code.InvalidArgument,
  notFound: Code.NotFound,
  outOfRange: Code.OutOfRange,
  alreadyExists: Code.AlreadyExists,
  conflict: Code.Aborted,
  precondition: Code.FailedPrecondition,
  denied: Code.PermissionDenied,
  unavailable: Code.Unavailable,
  timeout: Code.DeadlineExceeded,
  corrupt: Code.DataLoss,
  exhausted: Code.ResourceExhausted,
  bug: Code.Internal,
};

/** Stands in until the translation of failures lands. */
export function toConnectError(failure: Failure): ConnectError {
  const reason = failure.reason.replace(/(?<=[a-z])(?=[A-Z])/g, "_").toUpperCase();
  const info = create(ErrorInfoSchema, {
    reason,
    domain: "openvcluster.io",
    metadata: { ...failure.facts },
  });
  const details = [{ desc: ErrorInfoSchema, value: info }];
  const ms = failure.retryAfterMs;
  const retry =
    ms === undefined
      ? []
      : [
          {
            desc: RetryInfoSchema,
            value: create(RetryInfoSchema, {
              retryDelay: {
                seconds: BigInt(Math.floor(ms / 1_000)),
                nanos: Math.round(ms % 1_000) * 1_000_000,
              },
            }),
          },
        ];
  return new ConnectError(failure.message, CODES[failure.kind], undefined, [...details, ...retry]);
}
