import { kubeconfigSecretName, virtualKubeconfigSecretName } from "@open-vcluster/crds";
import type { HasMetadata } from "@open-vcluster/runtime";
import type { SecretData } from "../../kubeconfig/credentials.ts";
import { kubeconfigSecret } from "../../kubeconfig/secret.ts";
import { writeKubeconfig } from "../../kubeconfig/write.ts";
import { KINDS } from "../../world/kinds.ts";
import { endpointOf } from "../identity.ts";
import { instanceReference, labelsOf } from "./context.ts";
import type { Effects } from "./effect.ts";

/** Effects on `NAME-kubeconfig`, by which users get in. */
export const kubeconfigEffects: Pick<Effects, "writeKubeconfig" | "deleteKubeconfig"> = {
  writeKubeconfig: async (_action, context, signal) => {
    const { at, client, seen } = context;
    const key = {
      namespace: at.targetNamespace,
      name: virtualKubeconfigSecretName(at.instance.name),
    };
    const source = await client.get<HasMetadata & { readonly data?: SecretData }>(
      KINDS.secret,
      key,
      { signal },
    );
    if (source === undefined) return {};
    const { uid = "", resourceVersion = "" } = source.metadata;
    const wanted = kubeconfigSecret({
      endpoint: endpointOf(seen.instance, at, seen.service?.clusterIP ?? ""),
      source: source.data ?? {},
      sourceVersion: `${uid}/${resourceVersion}`,
      owner: instanceReference(context),
      namespace: at.instance.namespace,
      labels: labelsOf(context),
    });
    await writeKubeconfig(wanted, client, signal);
    return {};
  },
  deleteKubeconfig: async (_action, context, signal) => {
    const { at, client, seen } = context;
    if (seen.kubeconfig.kind !== "present") return {};
    const key = { namespace: at.instance.namespace, name: kubeconfigSecretName(at.instance.name) };
    await client.delete(KINDS.secret, key, { uid: seen.kubeconfig.mark.uid, signal });
    return {};
  },
};
