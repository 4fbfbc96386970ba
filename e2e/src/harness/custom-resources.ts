import type { Kubectl } from "./kubectl.ts";
import { waitFor } from "./wait.ts";

/** Waits until the API server serves custom resources; `kubectl wait` fails where their status has no conditions yet. */
export async function untilServed(kubectl: Kubectl, names: readonly string[]): Promise<void> {
  const definitions = names.map((name) => `crd/${name}`);
  const args = ["wait", "--for=condition=Established", "--timeout=30s", ...definitions];
  await waitFor(
    "custom resources are served",
    async () => (await kubectl.attempt(args)).code === 0,
    { describe: async () => (await kubectl.attempt(args)).stderr },
  );
}
