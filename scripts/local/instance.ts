import { readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { TestbedError } from "../../e2e/testbed/failure.ts";
import type { Progress } from "../../e2e/testbed/progress.ts";
import type { Checkout } from "./checkout.ts";
import type { Kubectl } from "./kubectl.ts";

/** Name of the instance in `crds/examples/sqlite.yaml`. */
export const EXAMPLE_NAME = "sqlite";
const CRDS = ["vclusterinstances", "vclusteroperations"];
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

/** Installs the custom resources and the operator's namespace; fine when they are there. */
export async function installResources(checkout: Checkout, kubectl: Kubectl): Promise<void> {
  const files = CRDS.map((plural) => join(checkout.root, "crds", `${plural}.yaml`));
  const definitions = files.map((file) => readFileSync(file, "utf8")).join("---\n");
  await kubectl(["apply", "--server-side", "--force-conflicts", "-f", "-"], definitions);
  await kubectl([
    ...["wait", "--for=condition=Established", "--timeout=30s"],
    ...CRDS.map((plural) => `crd/${plural}.openvcluster.io`),
  ]);
  const namespace = {
    apiVersion: "v1",
    kind: "Namespace",
    metadata: { name: "open-vcluster-system" },
  };
  await kubectl(["apply", "-f", "-"], JSON.stringify(namespace));
}

/** Applies the example; one that is there keeps what was changed in it since. */
export async function applyExample(checkout: Checkout, kubectl: Kubectl): Promise<void> {
  await kubectl(["apply", "-f", join(checkout.root, "crds", "examples", `${EXAMPLE_NAME}.yaml`)]);
}

/**
 * Waits until the example is Ready and says what changes on the way.
 * @param checkOperator - throws when the operator is gone
 * @throws TestbedError `NotReady` with what the instance says of itself
 */
export async function untilReady(
  kubectl: Kubectl,
  checkOperator: () => Promise<void>,
  { progress, signal }: { readonly progress: Progress; readonly signal: AbortSignal },
): Promise<InstanceView> {
  const endMs = performance.now() + READY_TIMEOUT_MS;
  let said = "";
  for (;;) {
    await checkOperator();
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
          "Everything keeps running. Look at .local/operator.log, or run make up again to wait on.",
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
