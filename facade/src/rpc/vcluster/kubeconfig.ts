import type { HandlerContext } from "@connectrpc/connect";
import type { VClusterInstance } from "@open-vcluster/crds";
import { callOf } from "../../call/call.ts";
import {
  type IssuedKubeconfig,
  issueKubeconfig,
  type KubeconfigWish,
} from "../../kubeconfig/issue.ts";
import type { ServiceDeps } from "../deps.ts";

/** Permission for everything that lets a caller into a virtual cluster. */
export const KUBECONFIG_PERMISSION = { verb: "get", subresource: "kubeconfig" } as const;

/** Makes a kubeconfig for a caller that may have one. */
export function kubeconfigFor(
  instance: VClusterInstance,
  wish: Omit<KubeconfigWish, "apiUrl">,
  context: HandlerContext,
  deps: ServiceDeps,
): Promise<IssuedKubeconfig> {
  const apiUrl = deps.publicUrl ?? callOf(context).baseUrl;
  return issueKubeconfig(deps.openVirtual, instance, { ...wish, apiUrl });
}

/** As the contract sends kubeconfigs. Pure. */
export function encoded(kubeconfig: string): string {
  return Buffer.from(kubeconfig).toString("base64");
}
