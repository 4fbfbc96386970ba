import {
  certsSecretName,
  configSecretName,
  escrowSecretName,
  type VClusterInstance,
} from "@open-vcluster/crds";
import type { KubeClient, KubeObject } from "@open-vcluster/runtime";
import { storeTypeOf } from "../instance/desire.ts";
import { locate } from "../instance/observe.ts";
import { identityOf } from "../pki/fingerprint.ts";
import { readPki } from "../pki/store.ts";
import { KINDS } from "../world/kinds.ts";
import type { SnapshotSettings } from "./settings.ts";

/** What a snapshot keeps beside the store, so that a cluster can be made anew of it alone. */
export interface Contents {
  /** Readable without a key. */
  readonly facts: Readonly<Record<string, string>>;
  /** Encrypted where the repository is; each as text. */
  readonly metadata: Readonly<Record<string, string>>;
}

/** Names of what a snapshot keeps beside the store. */
export const PARTS = {
  /** The VClusterInstance as JSON: metadata for people, and its spec. */
  instance: "instance.json",
  /** The PKI as JSON: each entry of the Secret as text. */
  certificates: "certificates.json",
  /** The values of the Helm release, merged. */
  values: "values.yaml",
} as const;

/** Gathers what is kept of an instance. */
export async function gatherContents(
  instance: VClusterInstance,
  client: KubeClient,
  { operatorNamespace }: Pick<SnapshotSettings, "operatorNamespace">,
  signal: AbortSignal,
): Promise<Contents> {
  const { instance: key, targetNamespace } = locate(instance);
  const escrow = { namespace: operatorNamespace, name: escrowSecretName(key) };
  const certs = { namespace: targetNamespace, name: certsSecretName(key.name) };
  const [kept, used, config] = await Promise.all([
    readPki(client, escrow, signal),
    readPki(client, certs, signal),
    client.get<KubeObject & { readonly data?: Readonly<Record<string, string>> }>(
      KINDS.secret,
      { namespace: targetNamespace, name: configSecretName(key.name) },
      { signal },
    ),
  ]);
  const pki = kept ?? used;
  const values = config?.data?.["config.yaml"];
  return {
    facts: { ...factsOf(instance), ...identityFact(pki?.entries) },
    metadata: {
      [PARTS.instance]: instanceText(instance),
      ...(pki === undefined ? {} : { [PARTS.certificates]: JSON.stringify(pki.entries) }),
      ...(values === undefined
        ? {}
        : { [PARTS.values]: Buffer.from(values, "base64").toString("utf8") }),
    },
  };
}

/** What is kept beside an archive: how a new instance would be made. Its certificates and its versions are in no archive. Pure. */
export function contentsOfArchive(instance: VClusterInstance): Contents {
  return { facts: {}, metadata: { [PARTS.instance]: instanceText(instance) } };
}

function identityFact(entries: Readonly<Record<string, string>> | undefined): Contents["facts"] {
  const identity = entries === undefined ? undefined : identityOf(entries);
  return identity === undefined ? {} : { identity };
}

function factsOf({ spec, status }: VClusterInstance): Contents["facts"] {
  const { chartVersion = "", kubernetesVersion = "" } = status?.release ?? {};
  return { store: storeTypeOf(spec), chart: chartVersion, kubernetes: kubernetesVersion };
}

function instanceText({ metadata, spec }: VClusterInstance): string {
  const { name, namespace, labels = {}, annotations = {} } = metadata;
  return JSON.stringify({ metadata: { name, namespace, labels, annotations }, spec });
}
