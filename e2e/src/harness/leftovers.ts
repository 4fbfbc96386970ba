import type { Kubectl } from "./kubectl.ts";
import { waitFor } from "./wait.ts";

interface Named {
  readonly kind: string;
  readonly metadata: { readonly namespace?: string; readonly name: string };
}

interface Volume extends Named {
  readonly spec: {
    readonly claimRef?: { readonly namespace?: string };
    readonly persistentVolumeReclaimPolicy?: string;
  };
}

/**
 * Everything on the host that still carries an instance's labels, or lies in its target namespace: every kind the API
 * server has.
 */
export async function leftoversOf(
  kubectl: Kubectl,
  instance: { readonly namespace: string; readonly name: string; readonly targetNamespace: string },
): Promise<readonly string[]> {
  const { namespace, name, targetNamespace } = instance;
  const kinds = (await kubectl.run(["api-resources", "--verbs=list,get", "-o", "name"]))
    .split("\n")
    .filter((kind) => kind !== "" && !kind.startsWith("events") && !kind.includes("metrics.k8s.io"))
    .join(",");
  const selectors = [
    `openvcluster.io/instance-namespace=${namespace},openvcluster.io/instance-name=${name}`,
    `vcluster.loft.sh/managed-by=${targetNamespace}-x-${name}`,
  ];
  const found: Named[] = [];
  for (const selector of selectors) {
    found.push(...(await kubectl.list<Named>(kinds, "-A", "-l", selector)));
  }
  await waitForReclaim(kubectl, targetNamespace);
  found.push(...(await volumesOf(kubectl, targetNamespace)));
  const home = await kubectl.get<Named>("namespace", targetNamespace);
  return [...found, ...(home === undefined ? [] : [home])].map(
    ({ kind, metadata }) => `${kind} ${metadata.namespace ?? ""}/${metadata.name}`,
  );
}

async function volumesOf(kubectl: Kubectl, targetNamespace: string): Promise<readonly Volume[]> {
  const volumes = await kubectl.list<Volume>("persistentvolumes");
  return volumes.filter(({ spec }) => spec.claimRef?.namespace === targetNamespace);
}

/** A volume outlives its claim, and so the namespace, until its provisioner has reclaimed it. */
async function waitForReclaim(kubectl: Kubectl, targetNamespace: string): Promise<void> {
  await waitFor(`volumes of ${targetNamespace} are reclaimed`, async () =>
    (await volumesOf(kubectl, targetNamespace)).every(
      ({ spec }) => spec.persistentVolumeReclaimPolicy !== "Delete",
    ),
  );
}
