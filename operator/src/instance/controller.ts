import {
  type Controller,
  type ControllerDeps,
  createController,
  type Informer,
  keyText,
  parseKeyText,
} from "@open-vcluster/runtime";
import type { Caches } from "../world/caches.ts";
import { ownerOf } from "../world/project.ts";
import { type ReconcileDeps, reconcile } from "./reconcile.ts";

/** How many instances are worked on at once. */
const WORKERS = 16;

/** Longest pass: a Helm run with its deadline, and some. */
const PASS_TIMEOUT_MS = 180_000;

/** The controller of VClusterInstances: which events wake which instance. */
export function createInstanceController(
  deps: ReconcileDeps,
  caches: Caches,
  runtime: ControllerDeps,
): Controller {
  const controller = createController(
    {
      name: "instance",
      workers: WORKERS,
      passTimeoutMs: PASS_TIMEOUT_MS,
      reconcile: (key, signal) => {
        const { namespace = "", name } = parseKeyText(key);
        return reconcile({ namespace, name }, deps, signal);
      },
    },
    runtime,
  );
  wake(caches, (key) => {
    controller.enqueue(key);
  });
  // A standby's caches are full already when it begins to lead.
  for (const key of caches.instances.keys()) controller.enqueue(key);
  return controller;
}

function wake(caches: Caches, enqueue: (key: string) => void): void {
  caches.instances.onChange(({ key }) => {
    enqueue(key);
  });
  const byLabels = <P extends { readonly labels: Readonly<Record<string, string>> }>(
    informer: Informer<P>,
  ): void => {
    informer.onChange(({ object }) => {
      const owner = ownerOf(object.labels);
      if (owner !== undefined) enqueue(keyText(owner));
    });
  };
  byLabels(caches.namespaces);
  byLabels(caches.secrets);
  for (const informer of caches.rendered) {
    informer.onChange(({ object }) => {
      enqueue(object.owner);
    });
  }
  // Objects of the chart and the syncer lie in a target namespace, whose labels name the instance.
  const byNamespace = (informer: Informer<{ readonly namespace: string }>): void => {
    informer.onChange(({ object }) => {
      const owner = ownerOf(caches.namespaces.get(object.namespace)?.labels ?? {});
      if (owner !== undefined) enqueue(keyText(owner));
    });
  };
  byNamespace(caches.syncerSecrets);
  byNamespace(caches.services);
  byNamespace(caches.pods);
  for (const informer of caches.workloads) byNamespace(informer);
}
