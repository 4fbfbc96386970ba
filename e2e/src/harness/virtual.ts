import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createKubectl, type Kubectl } from "./kubectl.ts";
import type { Product } from "./product.ts";
import { waitFor } from "./wait.ts";

/** kubectl inside a virtual cluster, through `NAME-kubeconfig` as users get it. */
export async function openVirtual(product: Product, name: string): Promise<Kubectl> {
  return createKubectl(product.testbed.kubectl, await kubeconfigOf(product, name));
}

/** A file with what `NAME-kubeconfig` holds. */
export async function kubeconfigOf(product: Product, name: string): Promise<string> {
  const secret = await waitFor(`Secret ${name}-kubeconfig`, () =>
    product.kubectl.get<{ readonly data: Readonly<Record<string, string>> }>(
      "secret",
      "-n",
      product.namespace,
      `${name}-kubeconfig`,
    ),
  );
  return fileOf(secret.data["config"]);
}

/** kubectl with a kubeconfig in base64, as Secrets and the API give it; plugins in it see the environment. */
export function kubectlWith(
  product: Pick<Product, "testbed">,
  kubeconfig: string | undefined,
  env: Readonly<Record<string, string>> = {},
): Kubectl {
  return createKubectl(product.testbed.kubectl, fileOf(kubeconfig), env);
}

function fileOf(kubeconfig = ""): string {
  const file = join(mkdtempSync(join(tmpdir(), "open-vcluster-kubeconfig-")), "config");
  writeFileSync(file, Buffer.from(kubeconfig, "base64"), { mode: 0o600 });
  return file;
}

/** A Deployment of pods that do nothing, and that end only when their time to end is over. */
export function sleepers(name: string, replicas: number, terminationSeconds = 1): object {
  const labels = { app: name };
  return {
    apiVersion: "apps/v1",
    kind: "Deployment",
    metadata: { namespace: "default", name },
    spec: {
      replicas,
      selector: { matchLabels: labels },
      template: {
        metadata: { labels },
        spec: {
          terminationGracePeriodSeconds: terminationSeconds,
          containers: [
            {
              name: "main",
              image: "docker.io/library/busybox:1.36",
              command: ["sleep", "100000"],
              resources: { requests: { cpu: "1m", memory: "4Mi" } },
            },
          ],
        },
      },
    },
  };
}

/** Waits until so many pods of {@link sleepers} run, as the virtual cluster sees it. */
export async function waitForPods(virtual: Kubectl, name: string, count: number): Promise<void> {
  await waitFor(
    `${String(count)} pods of ${name} run`,
    async () => {
      const pods = await virtual.list<{ readonly status: { readonly phase?: string } }>(
        "pods",
        "-n",
        "default",
        "-l",
        `app=${name}`,
      );
      return pods.filter(({ status }) => status.phase === "Running").length === count;
    },
    { describe: () => virtual.run(["get", "pods,events", "-A"]) },
  );
}
