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
export async function volumeOf(product: Host, namespace: string): Promise<string> {
  const [directory] = await volumesOf(product, namespace);
  if (directory === undefined) throw new Error(`No volume is claimed in ${namespace}`);
  return directory;
}

type Host = Pick<Product, "kubectl" | "testbed">;

/** Directories of all of them, in the order of the claims' names. */
export async function volumesOf(
  { kubectl, testbed }: Host,
  namespace: string,
): Promise<readonly string[]> {
  const claims = await kubectl.list<Claim>("persistentvolumeclaims", "-n", namespace);
  const root = rootOfNode(testbedOfRun(testbed));
  const volumes = claims.map(async ({ spec }) => {
    const volume = await kubectl.get<Volume>("persistentvolumes", spec.volumeName);
    if (volume === undefined) throw new Error(`There is no PersistentVolume ${spec.volumeName}`);
    return join(root, volume.spec.hostPath.path);
  });
  return await Promise.all(volumes);
}
