import type { HasMetadata, KubeClient } from "@open-vcluster/runtime";
import { FIELD_MANAGER } from "../world/field-manager.ts";
import { KINDS } from "../world/kinds.ts";
import { type KubeconfigSecret, kubeconfigState, secretNotOwned } from "./secret.ts";

/**
 * Creates or updates Secret `NAME-kubeconfig`, unless a Secret of that name belongs to somebody else.
 *
 * @throws Failure `alreadyExists`, reason `SecretNotOwned`; the Secret stays as it is.
 */
export async function writeKubeconfig(
  wanted: KubeconfigSecret,
  client: KubeClient,
  signal: AbortSignal,
): Promise<void> {
  const { name, labels = {} } = wanted.metadata;
  const namespace = wanted.metadata.namespace ?? "";
  const existing = await client.get<HasMetadata>(
    KINDS.secret,
    { namespace, name },
    { metadataOnly: true, signal },
  );
  if (kubeconfigState(existing?.metadata, labels, "") === "foreign")
    throw secretNotOwned(namespace, name);
  if (existing === undefined) {
    // Create, not apply: a stranger's Secret that appears right now must win.
    await client.create(KINDS.secret, wanted, { fieldManager: FIELD_MANAGER, signal });
    return;
  }
  await client.apply(KINDS.secret, wanted, {
    fieldManager: FIELD_MANAGER,
    force: true,
    signal,
  });
}
