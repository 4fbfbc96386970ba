import { ConnectError } from "@connectrpc/connect";
import { ErrorInfoSchema } from "@open-vcluster/api";

/** `ErrorInfo.reason` of what a call threw; undefined if it has none, or did not throw. */
export function reasonOf(thrown: unknown): string | undefined {
  if (!(thrown instanceof ConnectError)) return undefined;
  return thrown.findDetails(ErrorInfoSchema)[0]?.reason;
}
