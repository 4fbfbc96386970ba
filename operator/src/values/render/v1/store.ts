import type { JsonObject } from "../../json.ts";
import type { RenderInput } from "../renderer.ts";
import { rawList, rawValues } from "./identity.ts";
import { etcdResources } from "./resources.ts";

const EXTERNAL_ETCD_VOLUME = "external-etcd";
const EXTERNAL_ETCD_PATH = "/etc/external-etcd";

/**
 * Name of the Secret in the target namespace that holds the client certificate for an external etcd. The operator
 * copies `ca.crt`, `tls.crt` and `tls.key` of `spec.backingStore.externalEtcd.tlsSecretRef` into it.
 *
 * @param instanceName - name of the instance
 * @returns name of the Secret
 */
export function externalEtcdSecretName(instanceName: string): string {
  return `${instanceName}-external-etcd`;
}

/**
 * The backing store and its volumes.
 *
 * @param input - what is rendered
 * @returns values
 */
export function storeValues(input: RenderInput): JsonObject {
  switch (input.spec.backingStore?.type ?? "sqlite") {
    case "sqlite":
      return sqliteValues(input);
    case "etcd":
      return deployedEtcdValues(input);
    case "externalEtcd":
      return externalEtcdValues(input);
  }
}

function sqliteValues(input: RenderInput): JsonObject {
  const storage = input.spec.storage;
  return {
    controlPlane: {
      backingStore: { database: { embedded: { enabled: true } } },
      statefulSet: {
        persistence: {
          volumeClaim: {
            enabled: storage?.persistent ?? true,
            ...claimValues(storage?.size, storage?.storageClassName),
          },
        },
      },
    },
  };
}

function deployedEtcdValues(input: RenderInput): JsonObject {
  const storage = input.spec.backingStore?.etcd?.storage;
  const claim = claimValues(storage?.size, storage?.storageClassName);
  const statefulSet: JsonObject = {
    imagePullPolicy: "IfNotPresent",
    // Another member list on restarted members splits the cluster, so the count follows the release, not the spec.
    highAvailability: { replicas: input.mode === "suspended" ? 0 : input.etcdMembers },
    resources: etcdResources(input.spec),
    ...(Object.keys(claim).length === 0 ? {} : { persistence: { volumeClaim: claim } }),
  };
  return {
    controlPlane: { backingStore: { etcd: { deploy: { enabled: true, statefulSet } } } },
  };
}

function externalEtcdValues(input: RenderInput): JsonObject {
  const secretName = externalEtcdSecretName(input.instance.name);
  const raw = rawValues(input);
  const persistence = ["controlPlane", "statefulSet", "persistence"];
  const volume = { name: EXTERNAL_ETCD_VOLUME, secret: { secretName } };
  const mount = { name: EXTERNAL_ETCD_VOLUME, mountPath: EXTERNAL_ETCD_PATH, readOnly: true };
  return {
    controlPlane: {
      backingStore: {
        etcd: {
          external: {
            enabled: true,
            endpoint: input.spec.backingStore?.externalEtcd?.endpoint ?? "",
            tls: {
              caFile: `${EXTERNAL_ETCD_PATH}/ca.crt`,
              certFile: `${EXTERNAL_ETCD_PATH}/tls.crt`,
              keyFile: `${EXTERNAL_ETCD_PATH}/tls.key`,
            },
          },
        },
      },
      statefulSet: {
        persistence: {
          addVolumes: [...rawList(raw, [...persistence, "addVolumes"]), volume],
          addVolumeMounts: [...rawList(raw, [...persistence, "addVolumeMounts"]), mount],
        },
      },
    },
  };
}

function claimValues(
  size: string | number | undefined,
  storageClassName: string | undefined,
): JsonObject {
  return {
    ...(size === undefined ? {} : { size: String(size) }),
    ...(storageClassName === undefined ? {} : { storageClass: storageClassName }),
  };
}
