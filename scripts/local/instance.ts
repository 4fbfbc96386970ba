import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { TestbedError } from "../../e2e/testbed/failure.ts";
import type { Progress } from "../../e2e/testbed/progress.ts";
import type { Checkout } from "./checkout.ts";
import type { Kubectl } from "./kubectl.ts";

/** Name of the instance in `crds/examples/sqlite.yaml`. */
export const EXAMPLE_NAME = "sqlite";
const POLL_MS = 1_000;
const READY_TIMEOUT_MS = 300_000;

/** What is read of an instance. */
export interface InstanceView {
  readonly metadata: { readonly generation?: number };
  readonly status?: {
    readonly phase?: string;
    readonly targetNamespace?: string;
    readonly observedGeneration?: number;
    readonly conditions?: readonly {
      readonly type: string;
      readonly status: string;
      readonly message?: string;
    }[];
  };
}

/** Applies the example; one that is there keeps what was changed in it since. */
export async function applyExample(checkout: Checkout, kubectl: Kubectl): Promise<void> {
  await kubectl(["apply", "-f", join(checkout.root, "crds", "examples", `${EXAMPLE_NAME}.yaml`)]);
}

/**
 * Waits until the example is Ready and says what changes on the way.
 * @throws TestbedError `NotReady` with what the instance says of itself
 */
export async function untilReady(
  kubectl: Kubectl,
  { progress, signal }: { readonly progress: Progress; readonly signal: AbortSignal },
): Promise<InstanceView> {
  const endMs = performance.now() + READY_TIMEOUT_MS;
  let said = "";
  for (;;) {
    const view = JSON.parse(
      await kubectl(["get", "vclusterinstance", EXAMPLE_NAME, "-o", "json"]),
    ) as InstanceView;
    const line = describe(view);
    if (line !== said) progress.say(`  ${EXAMPLE_NAME}: ${line}`);
    said = line;
    if (isReady(view)) return view;
    if (performance.now() > endMs) {
      const minutes = READY_TIMEOUT_MS / 60_000;
      throw new TestbedError(
        "NotReady",
        `Instance ${EXAMPLE_NAME} is not Ready after ${String(minutes)} minutes: ${line}\n` +
          "Everything keeps running. Look at the operator's log: .local/bin/kubectl -n open-vcluster-system logs deploy/open-vcluster-operator\nRun make up again to wait on.",
      );
    }
    await sleep(POLL_MS, undefined, { signal });
  }
}

/** Whether Ready is True for the spec as it is now, not for an earlier one. */
function isReady({ metadata, status }: InstanceView): boolean {
  const ready = status?.conditions?.find((condition) => condition.type === "Ready");
  return ready?.status === "True" && status?.observedGeneration === metadata.generation;
}

/** The phase and the words of the condition Ready. */
function describe({ status }: InstanceView): string {
  const ready = status?.conditions?.find((condition) => condition.type === "Ready");
  const parts = [status?.phase ?? "Pending", ready?.message ?? ""];
  return parts.filter((part) => part !== "").join(": ");
}
