import type { Components } from "../component.ts";
import type { ControlPlane } from "./control-plane.ts";
import { probe } from "./probe.ts";

/**
 * Starts the controller-manager, with the provisioner for volumes on one machine, and waits until
 * the namespace `default` has its ServiceAccount, so that tests may create pods at once.
 */
export async function startControllerManager(
  plane: ControlPlane,
  spec: {
    readonly address: string;
    readonly port: number;
    readonly binary: string;
    readonly wrap?: (argv: readonly string[]) => readonly string[];
    readonly signal?: AbortSignal;
  },
  components: Components,
): Promise<void> {
  const argv = [spec.binary, ...controllerManagerArgs(plane, spec.address, spec.port)];
  await components.start(
    spec.wrap === undefined
      ? { name: "kube-controller-manager", argv }
      : { name: "kube-controller-manager", argv: spec.wrap(argv), forks: true },
  );
  const url = `${plane.server}/api/v1/namespaces/default/serviceaccounts/default`;
  const target = { url, ca: plane.authority.caCert, ...plane.admin };
  await components.untilReady(
    "kube-controller-manager",
    async () => (await probe(target))?.status === 200,
    { timeoutMs: 60_000, ...(spec.signal ? { signal: spec.signal } : {}) },
  );
}

function controllerManagerArgs(plane: ControlPlane, address: string, port: number): string[] {
  return [
    `--kubeconfig=${plane.kubeconfigPath}`,
    `--client-ca-file=${plane.files.ca}`,
    "--authentication-skip-lookup",
    `--authorization-kubeconfig=${plane.kubeconfigPath}`,
    `--bind-address=${address}`,
    `--secure-port=${port}`,
    `--root-ca-file=${plane.files.ca}`,
    `--service-account-private-key-file=${plane.files.signingKey}`,
    "--use-service-account-credentials",
    "--leader-elect=false",
    "--allocate-node-cidrs=false",
    "--enable-hostpath-provisioner=true",
  ];
}
