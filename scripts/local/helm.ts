import { runCommand } from "../../e2e/testbed/host/command.ts";
import type { Checkout } from "./checkout.ts";

/** Runs helm against the host cluster and returns what it printed. */
export type Helm = (args: readonly string[]) => Promise<string>;

/** Longer than the longest wait that a call asks for. */
const CALL_TIMEOUT_MS = 240_000;

/** helm with the credentials of a checkout. */
export function createHelm(program: string, checkout: Checkout, signal: AbortSignal): Helm {
  return (args) =>
    runCommand(program, args, {
      env: { ...process.env, KUBECONFIG: checkout.kubeconfig },
      signal,
      timeoutMs: CALL_TIMEOUT_MS,
    });
}
