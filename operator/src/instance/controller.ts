import { isDeepStrictEqual } from "node:util";
import type { VClusterInstance } from "@open-vcluster/crds";
import { type Informer, keyText, parseKeyText, type RuntimeDeps } from "@open-vcluster/runtime";
import type { Caches } from "../world/caches.ts";
import { ownerOf } from "../world/project.ts";
import type { ObjectMark } from "../world/reads.ts";
import { runController, type Waker, type WokenController } from "../world/run-controller.ts";
import { instanceOfSnapshot, targetOfRestore } from "../world/store-work.ts";
import { type ReconcileDeps, reconcile } from "./reconcile.ts";
import { notesOwed } from "./story.ts";

/** How many instances are worked on at once. */
const WORKERS = 16;

/** When a status that changed alone is looked at again: most are our own writes, and another's are put right. */
const STATUS_LOOK_MS = 10_000;

/** Longest pass: a Helm run with its deadline, and some. */
const PASS_TIMEOUT_MS = 180_000;

/** Works on VClusterInstances until the signal aborts and the passes under way ended. */
export async function runInstanceController(
  deps: ReconcileDeps,
  caches: Caches,
  runtime: RuntimeDeps,
  signal: AbortSignal,
): Promise<void> {
  const spec: WokenController = {
    name: "instance",
    workers: WORKERS,
    passTimeoutMs: PASS_TIMEOUT_MS,
    reconcile: (key, passSignal) => {
      const { namespace = "", name } = parseKeyText(key);
      return reconcile({ namespace, name }, deps, passSignal);
    },
    wake: (controller) => wake(caches, controller),
    known: () => caches.instances.keys(),
  };
  for (const instance of caches.instances.list()) {
    for (const note of notesOwed(instance, deps.clock.nowMs())) deps.events.remind(note);
  }
  await runController(spec, runtime, signal);
}

/** Which events wake which instance. Returns how to stop listening. */
function wake(caches: Caches, controller: Waker): readonly (() => void)[] {
  const enqueue = (key: string): void => {
    controller.enqueue(key);
  };
  const byOwner = (labels: Readonly<Record<string, string>> | undefined): void => {
    const owner = ownerOf(labels ?? {});
    if (owner !== undefined) enqueue(keyText(owner));
  };
  const byLabels = (informer: Informer<ObjectMark>): (() => void) =>
    informer.onChange(({ object }) => {
      byOwner(object.labels);
    });
  // Objects of the chart and the syncer lie in a target namespace, whose labels name the instance.
  const byNamespace = <P extends { readonly namespace: string }>(
    informer: Informer<P>,
  ): (() => void) =>
    informer.onChange(({ object }) => {
      byOwner(caches.namespaces.get(object.namespace)?.labels);
    });
  return [
    caches.instances.onChange(({ key, object, previous }) => {
      // At once, a status that changes in every pass would never let us rest.
      if (previous !== undefined && differsInStatusAlone(previous, object)) {
        controller.enqueueAfter(key, STATUS_LOOK_MS);
      } else enqueue(key);
    }),
    caches.snapshots.onChange(({ object }) => {
      enqueue(instanceOfSnapshot(object));
    }),
    caches.restores.onChange(({ object }) => {
      enqueue(targetOfRestore(object));
    }),
    byLabels(caches.namespaces),
    byLabels(caches.secrets),
    byLabels(caches.roles),
    byLabels(caches.roleBindings),
    byNamespace(caches.syncerSecrets),
    byNamespace(caches.services),
    byNamespace(caches.pods),
    byNamespace(caches.claims),
    ...caches.workloads.map(byNamespace),
    ...caches.rendered.map((informer) =>
      informer.onChange(({ object }) => {
        enqueue(object.owner);
      }),
    ),
  ];
}

function differsInStatusAlone(before: VClusterInstance, after: VClusterInstance): boolean {
  const rest = ({ metadata, spec }: VClusterInstance): unknown => {
    const { resourceVersion: _version, ...identity } = metadata;
    return [identity, spec];
  };
  return after.status !== undefined && isDeepStrictEqual(rest(before), rest(after));
}
