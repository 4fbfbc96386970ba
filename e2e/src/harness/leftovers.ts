import type { Kubectl } from "./kubectl.ts";

interface Named {
  readonly kind: string;
  readonly metadata: { readonly namespace?: string; readonly name: string };
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
  const volumes = await kubectl.list<
    Named & { readonly spec: { readonly claimRef?: { readonly namespace?: string } } }
  >("persistentvolumes");
  found.push(...volumes.filter(({ spec }) => spec.claimRef?.namespace === targetNamespace));
  const home = await kubectl.get<Named>("namespace", targetNamespace);
  return [...found, ...(home === undefined ? [] : [home])].map(
    ({ kind, metadata }) => `${kind} ${metadata.namespace ?? ""}/${metadata.name}`,
  );
}
