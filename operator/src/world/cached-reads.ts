import { keyText } from "@open-vcluster/runtime";
import { type ReleaseRevision, revisionOf } from "../helm/releases.ts";
import { readerKeys } from "../kubeconfig/reader.ts";
import type { Caches } from "./caches.ts";
import { ownerOf } from "./live-reads.ts";
import type { InstanceKey, Located, NamespaceMark, ObjectMark, Reads } from "./reads.ts";
import { lastSnapshotOf, snapshotStateOf, storeWorkOf } from "./store-work.ts";

/**
 * Reads the informers' caches: free, and possibly behind the cluster. `fallback` answers what no cache holds:
 * a namespace or Secret that is not labelled as ours, and volumes.
 */
export function createCachedReads(caches: Caches, operatorId: string, fallback: Reads): Reads {
  const secret = (namespace: string, name: string): ObjectMark | undefined =>
    caches.secrets.get(`${namespace}/${name}`) ?? caches.syncerSecrets.get(`${namespace}/${name}`);
  return {
    instance: (key: InstanceKey) => Promise.resolve(caches.instances.get(keyText(key))),
    namespace: (name: string, signal): Promise<NamespaceMark | undefined> => {
      const known = caches.namespaces.get(name);
      return known === undefined ? fallback.namespace(name, signal) : Promise.resolve(known);
    },
    releases: (at: Located): Promise<readonly ReleaseRevision[]> =>
      Promise.resolve(
        caches.secrets
          .byIndex("namespace", at.targetNamespace)
          .flatMap((mark) => revisionOf(mark, ownerOf(at, operatorId)) ?? [])
          .sort((a, b) => a.revision - b.revision),
      ),
    workloads: (at: Located) =>
      Promise.resolve(
        caches.workloads.flatMap((informer) => informer.byIndex("namespace", at.targetNamespace)),
      ),
    service: (at: Located) =>
      Promise.resolve(caches.services.get(`${at.targetNamespace}/${at.instance.name}`)),
    secret: async (namespace: string, name: string, signal) =>
      secret(namespace, name) ?? (await fallback.secret(namespace, name, signal)),
    reader: (at: Located, signal) => {
      const known = readerKeys(at).map((key) => ({
        role: caches.roles.get(keyText(key)),
        binding: caches.roleBindings.get(keyText(key)),
      }));
      const isKnown = known.every(
        ({ role, binding }) => role !== undefined && binding !== undefined,
      );
      return isKnown ? Promise.resolve(known) : fallback.reader(at, signal);
    },
    rendered: (at: Located) =>
      Promise.resolve(
        caches.rendered.flatMap((informer) => informer.byIndex("owner", keyText(at.instance))),
      ),
    snapshot: (namespace: string, name: string) => {
      const found = caches.snapshots.get(`${namespace}/${name}`);
      return Promise.resolve(found === undefined ? undefined : snapshotStateOf(found));
    },
    controlPlanePods: (at: Located, signal) => fallback.controlPlanePods(at, signal),
    claims: (at: Located) =>
      Promise.resolve(
        caches.claims
          .byIndex("namespace", at.targetNamespace)
          .filter(({ labels }) => labels["release"] === at.instance.name),
      ),
    storeWork: (key: InstanceKey) =>
      Promise.resolve(
        storeWorkOf(
          caches.restores.byIndex("instance", keyText(key)),
          caches.snapshots.byIndex("instance", keyText(key)),
        ),
      ),
    lastSnapshot: (key: InstanceKey) =>
      Promise.resolve(lastSnapshotOf(caches.snapshots.byIndex("instance", keyText(key)))),
  };
}
