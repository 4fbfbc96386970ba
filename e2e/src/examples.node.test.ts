import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import type { VClusterInstance } from "@open-vcluster/crds";
import { parse } from "yaml";
import { waitForCondition, waitForGone } from "./harness/instance.ts";
import { leftoversOf } from "./harness/leftovers.ts";
import { installProduct, type Product } from "./harness/product.ts";
import { openVirtual, sleepers, waitForPods } from "./harness/virtual.ts";

const EXAMPLES = join(import.meta.dirname, "../../crds/examples");

describe("examples on a real node", () => {
  let product: Product;

  beforeAll(async () => {
    product = await installProduct("examples");
    await product.start().leading();
  }, 120_000);

  afterAll(async () => {
    await product.close();
  }, 120_000);

  it.each(["sqlite", "etcd", "etcd-ha"])(
    "%s becomes Ready, runs a pod on the host, and leaves nothing behind",
    async (example) => {
      const { kubectl, namespace } = product;
      const manifest = parse(
        readFileSync(join(EXAMPLES, `${example}.yaml`), "utf8"),
      ) as VClusterInstance;
      const { name } = manifest.metadata;
      await kubectl.apply({ ...manifest, metadata: { ...manifest.metadata, namespace } });
      const ready = await waitForCondition(kubectl, { namespace, name }, "Ready=True Running");
      expect(ready.status?.phase).toBe("Running");
      expect(ready.status?.readyReplicas).toBe(manifest.spec.controlPlane?.replicas ?? 1);

      const virtual = await openVirtual(product, name);
      await virtual.apply(sleepers("web", 1));
      await waitForPods(virtual, "web", 1);
      const targetNamespace = ready.status?.targetNamespace ?? "";
      const hosted = await kubectl.list<{ readonly status: { readonly phase: string } }>(
        "pods",
        "-n",
        targetNamespace,
        "-l",
        `vcluster.loft.sh/managed-by=${name},app=web`,
      );
      expect(hosted.map(({ status }) => status.phase)).toEqual(["Running"]);

      await kubectl.run(["delete", "vci", "-n", namespace, name, "--wait=false"]);
      await waitForGone(kubectl, { namespace, name });
      expect(await leftoversOf(kubectl, { namespace, name, targetNamespace })).toEqual([]);
    },
    600_000,
  );
});
