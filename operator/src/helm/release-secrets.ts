import { HEALTHY_LABEL } from "@open-vcluster/crds";
import { Failure, type KubeClient } from "@open-vcluster/runtime";
import { KINDS } from "../world/kinds.ts";
import type { ReleaseTarget } from "./helm.ts";
import type { ReleaseStore } from "./release-store.ts";
import {
  isGenuineRecord,
  isPending,
  RELEASE_SELECTOR,
  type ReleaseRevision,
  revisionOf,
} from "./releases.ts";

/** The store on Helm's own Secrets. */
export function createReleaseStore(client: KubeClient): ReleaseStore {
  return {
    list: async (target, owner, signal) => {
      const secrets = await client.list(KINDS.secret, {
        namespace: target.namespace,
        labelSelector: `${RELEASE_SELECTOR},name=${target.release}`,
        metadataOnly: true,
        signal,
      });
      return secrets
        .flatMap((secret) => revisionOf(secret.metadata, owner) ?? [])
        .sort((a, b) => a.revision - b.revision);
    },
    requireGenuine: async (target, signal) => {
      const labelSelector = `${RELEASE_SELECTOR},name=${target.release}`;
      const { namespace } = target;
      const records = await client.list(KINDS.secret, {
        namespace,
        labelSelector,
        metadataOnly: true,
        signal,
      });
      const forged = records.find(({ metadata }) => !isGenuineRecord(metadata));
      if (forged === undefined) return;
      const message = `Secret ${namespace}/${forged.metadata.name} looks like a Helm record of ${target.release} but is none: Helm does not run until it is removed`;
      throw new Failure("precondition", "ReleaseForged", message);
    },
    deletePending: (target, revision, signal) => deletePending(client, target, revision, signal),
    markHealthy: (target, revision, signal) => markHealthy(client, target, revision, signal),
  };
}

async function deletePending(
  client: KubeClient,
  target: ReleaseTarget,
  revision: ReleaseRevision,
  signal: AbortSignal,
): Promise<void> {
  if (!isPending(revision)) {
    const message = `Revision ${revision.revision} is ${revision.status}; only a pending one may be removed.`;
    throw new Failure("precondition", "RevisionNotPending", message);
  }
  const key = { namespace: target.namespace, name: revision.secretName };
  const { uid, resourceVersion } = revision;
  try {
    await client.delete(KINDS.secret, key, { uid, resourceVersion, signal });
  } catch (error) {
    // Helm wrote it after we looked: it is alive, or it ended well after all.
    if (error instanceof Failure && error.kind === "conflict") return;
    throw error;
  }
}

async function markHealthy(
  client: KubeClient,
  target: ReleaseTarget,
  revision: ReleaseRevision,
  signal: AbortSignal,
): Promise<void> {
  const key = { namespace: target.namespace, name: revision.secretName };
  const patch = { metadata: { uid: revision.uid, labels: { [HEALTHY_LABEL]: "true" } } };
  await client.mergePatch(KINDS.secret, key, patch, { signal });
}
