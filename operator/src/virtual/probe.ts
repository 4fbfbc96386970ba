import { Failure, type KubeClient } from "@open-vcluster/runtime";

/** The virtual API as a client sees it. */
export type ProbeResult =
  | { readonly kind: "ready" /** Such as `v1.36.0`. */; readonly version: string }
  /** `why` is a sentence for a condition. */
  | { readonly kind: "unreachable"; readonly why: string };

/** How long a probe waits, milliseconds, when the caller does not say. */
const PROBE_TIMEOUT_MS = 5_000;

/** Options of {@link probeVirtual}. */
export interface ProbeOptions {
  readonly signal: AbortSignal;
  /** For each of the two requests, milliseconds. */
  readonly timeoutMs?: number;
}

/**
 * Asks a virtual API whether it is ready, and for its version.
 *
 * Expected failures are a result; only the caller's own abort is thrown.
 */
export async function probeVirtual(
  client: KubeClient,
  options: ProbeOptions,
): Promise<ProbeResult> {
  const { signal, timeoutMs = PROBE_TIMEOUT_MS } = options;
  try {
    await client.request("GET", "/readyz", { signal, timeoutMs });
    const answer = await client.request("GET", "/version", { signal, timeoutMs });
    const version = (JSON.parse(answer.text) as { gitVersion?: string }).gitVersion ?? "";
    return { kind: "ready", version };
  } catch (thrown) {
    signal.throwIfAborted();
    return { kind: "unreachable", why: explain(thrown) };
  }
}

function explain(thrown: unknown): string {
  if (!(thrown instanceof Failure)) return "The virtual API gave an answer that could not be read";
  if (thrown.reason === "TLSFailed") return `The virtual API cannot be trusted: ${thrown.message}`;
  switch (thrown.kind) {
    case "denied":
      return "The virtual API refuses the credentials of its own kubeconfig Secret";
    case "timeout":
      return "The virtual API did not answer in time";
    default:
      return `The virtual API is not ready: ${thrown.message}`;
  }
}
