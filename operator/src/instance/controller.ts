import { isDeepStrictEqual } from "node:util";
import type { VClusterInstance } from "@open-vcluster/crds";
import {
  type Controller,
  createController,
  type Informer,
  keyText,
  parseKeyText,
  type RuntimeDeps,
} from "@open-vcluster/runtime";
import type { Caches } from "../world/caches.ts";
import { ownerOf } from "../world/project.ts";
import type { ObjectMark } from "../world/reads.ts";
import { type ReconcileDeps, reconcile } from "./reconcile.ts";

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
  const controller = createController(
    {
      name: "instance",
      workers: WORKERS,
      passTimeoutMs: PASS_TIMEOUT_MS,
      reconcile: (key, passSignal) => {
        const { namespace = "", name } = parseKeyText(key);
        return reconcile({ namespace, name }, deps, passSignal);
      },
    },
    runtime,
  );
  const stops = wake(caches, controller);
  // A standby's caches are full already when it begins to lead.
  for (const key of caches.instances.keys()) controller.enqueue(key);
  try {
    await controller.run(signal);
  } finally {
    for (const stop of stops) stop();
  }
}

/** Which events wake which instance. Returns how to stop listening. */
function wake(
  caches: Caches,
  controller: Pick<Controller, "enqueue" | "enqueueAfter">,
): readonly (() => void)[] {
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
    byLabels(caches.namespaces),
    byLabels(caches.secrets),
    byLabels(caches.roles),
    byLabels(caches.roleBindings),
    byNamespace(caches.syncerSecrets),
    byNamespace(caches.services),
    byNamespace(caches.pods),
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
