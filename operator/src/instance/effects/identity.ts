import { certsSecretName, escrowSecretName, SOURCE_VERSION_ANNOTATION } from "@open-vcluster/crds";
import { Failure } from "@open-vcluster/runtime";
import {
  createEscrow,
  followCerts,
  readPki,
  type SecretPlace,
  writeCerts,
} from "../../pki/store.ts";
import { isJsonObject } from "../../values/json.ts";
import { externalEtcdSecretName } from "../../values/render/v1/store.ts";
import { FIELD_MANAGER } from "../../world/field-manager.ts";
import { KINDS } from "../../world/kinds.ts";
import { EXTERNAL_ETCD_KEYS } from "../external-etcd.ts";
import { desiredRelease } from "../release-facts.ts";
import { asLostRace, type EffectContext, labelsOf } from "./context.ts";
import type { Effects } from "./effect.ts";

type Names = "createEscrow" | "writeCerts" | "followCerts" | "copyExternalEtcdSecret";

/** Effects on the certificates of a virtual cluster. */
export const identityEffects: Pick<Effects, Names> = {
  createEscrow: async (_action, context, signal) => {
    const { at, seen } = context;
    const created = createEscrow(
      escrowPlace(context),
      {
        name: at.instance.name,
        namespace: at.targetNamespace,
        clusterDomain: seen.instance.spec.network?.clusterDomain ?? "cluster.local",
        extraSANs: extraSANsOf(context),
        nowMs: context.nowMs,
      },
      context.client,
      signal,
    );
    await created.catch(asLostRace);
    return {};
  },
  writeCerts: async ({ restart }, context, signal) => {
    await writeCerts(escrowPlace(context), certsPlace(context), context.client, signal);
    if (restart) {
      await context.client.deleteCollection(KINDS.pod, {
        namespace: context.at.targetNamespace,
        labelSelector: `app=vcluster,release=${context.at.instance.name}`,
        signal,
      });
    }
    return {};
  },
  followCerts: async (_action, context, signal) => {
    const { namespace, name } = certsPlace(context);
    const stored = await readPki(context.client, { namespace, name }, signal);
    if (stored === undefined) return {};
    await followCerts(escrowPlace(context), stored, context.client, signal);
    return {};
  },
  copyExternalEtcdSecret: async (_action, context, signal) => {
    await copyExternalEtcdSecret(context, signal);
    return {};
  },
};

function escrowPlace(context: EffectContext): SecretPlace {
  return {
    namespace: context.settings.operatorNamespace,
    name: escrowSecretName(context.at.instance),
    labels: labelsOf(context),
  };
}

/** The syncer finds the Secret by its name, people by these labels, which are its own. */
function certsPlace(context: EffectContext): SecretPlace {
  const { name } = context.at.instance;
  return {
    namespace: context.at.targetNamespace,
    name: certsSecretName(name),
    labels: { ...labelsOf(context), app: "vcluster", "vcluster-name": name },
  };
}

function extraSANsOf({ seen }: EffectContext): readonly string[] {
  const controlPlane = desiredRelease(seen)?.values["controlPlane"];
  const proxy = isJsonObject(controlPlane) ? controlPlane["proxy"] : undefined;
  const names = isJsonObject(proxy) ? proxy["extraSANs"] : undefined;
  return Array.isArray(names) ? names.filter((name) => typeof name === "string") : [];
}

interface TlsSecret {
  readonly metadata: {
    readonly name: string;
    readonly uid?: string;
    readonly resourceVersion?: string;
  };
  readonly data?: Readonly<Record<string, string>>;
}

async function copyExternalEtcdSecret(context: EffectContext, signal: AbortSignal): Promise<void> {
  const { at, client, seen } = context;
  const name = seen.instance.spec.backingStore?.externalEtcd?.tlsSecretRef.name ?? "";
  const key = { namespace: at.instance.namespace, name };
  const source = await client.get<TlsSecret>(KINDS.secret, key, { signal });
  const missing = EXTERNAL_ETCD_KEYS.filter((entry) => source?.data?.[entry] === undefined);
  if (source === undefined || missing.length > 0) {
    throw new Failure(
      "invalid",
      "ExternalEtcdSecretMissing",
      `Secret ${at.instance.namespace}/${name} lacks ${missing.join(", ")}: create it with the keys ${EXTERNAL_ETCD_KEYS.join(", ")}`,
    );
  }
  const data = Object.fromEntries(EXTERNAL_ETCD_KEYS.map((entry) => [entry, source.data?.[entry]]));
  const copy = {
    apiVersion: "v1",
    kind: "Secret",
    metadata: {
      namespace: at.targetNamespace,
      name: externalEtcdSecretName(at.instance.name),
      labels: labelsOf(context),
      annotations: {
        [SOURCE_VERSION_ANNOTATION]: `${source.metadata.uid ?? ""}/${source.metadata.resourceVersion ?? ""}`,
      },
    },
    type: "Opaque",
    data,
  };
  await client.apply(KINDS.secret, copy, { fieldManager: FIELD_MANAGER, force: true, signal });
}
