import { join } from "node:path";
import { testbedOfRun } from "./node-testbed.ts";
import { rootOfNode } from "./pod-process.ts";
import type { Product } from "./product.ts";

interface Claim {
  readonly spec: { readonly volumeName: string };
}

interface Volume {
  readonly spec: { readonly hostPath: { readonly path: string } };
}

/** Directory of the one volume that is claimed in a namespace, as this machine sees it. */
export async function volumeOf(
  { kubectl, testbed }: Pick<Product, "kubectl" | "testbed">,
  namespace: string,
): Promise<string> {
  const [claim] = await kubectl.list<Claim>("persistentvolumeclaims", "-n", namespace);
  const name = claim?.spec.volumeName ?? "";
  const volume = await kubectl.get<Volume>("persistentvolumes", name);
  if (volume === undefined) throw new Error(`No volume is claimed in ${namespace}`);
  return join(rootOfNode(testbedOfRun(testbed)), volume.spec.hostPath.path);
}
