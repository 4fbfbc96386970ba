import { describe, expect, it } from "@jest/globals";
import { FORCE_DELETE_ANNOTATION } from "@open-vcluster/crds";
import { CONTEXT, deleted, instance, namespace, revision, seen } from "../testing/build.ts";
import { decide } from "./decide.ts";
import type { InstanceSeen } from "./seen.ts";

type Facts = Partial<InstanceSeen>;

const GOING = namespace({ terminating: true });
const GONE: Facts = { namespace: { kind: "absent" }, release: { kind: "absent" } };
const RETAIN: Facts = { instance: deleted({ deletionPolicy: "Retain" }) };
const remains = (left: Partial<NonNullable<InstanceSeen["remains"]>>): Facts => ({
  remains: { pods: 0, isStoreOpen: false, orphanedFinalizers: 0, clusterObjects: 0, ...left },
});
const forced = instance(
  {},
  {
    deletionTimestamp: "2026-01-01T00:00:00Z",
    annotations: { [FORCE_DELETE_ANNOTATION]: "true" },
  },
);

describe("the deletion of an instance", () => {
  it.each<[string, Facts, string]>([
    ["takes the namespace first", {}, "deleteNamespace"],
    ["waits while it is protected", { instance: deleted({ deletionProtection: true }) }, "none"],
    [
      "leaves it to others once our finalizer is gone",
      { instance: instance({}, { deletionTimestamp: "2026-01-01T00:00:00Z", finalizers: ["x"] }) },
      "none",
    ],
    ["waits for the namespace", { namespace: GOING }, "none"],
    [
      "frees what waits for the syncer",
      { namespace: GOING, ...remains({ orphanedFinalizers: 1 }) },
      "stripFinalizers",
    ],
    ["frees everything by force", { instance: forced, namespace: GOING }, "stripFinalizers"],
    [
      "goes from a locked release",
      { release: { kind: "pendingAlive", current: revision(), remainingMs: 9 } },
      "deleteNamespace",
    ],
    [
      "never touches a stranger's namespace",
      { namespace: { kind: "foreign" }, release: { kind: "absent" } },
      "deleteKubeconfig",
    ],
    [
      "waits while its own release lies in a namespace that lost its labels",
      { namespace: { kind: "foreign" } },
      "none",
    ],
    [
      "removes cluster objects",
      { ...GONE, ...remains({ clusterObjects: 1 }) },
      "deleteClusterObjects",
    ],
    ["removes the kubeconfig", GONE, "deleteKubeconfig"],
    [
      "leaves a stranger's kubeconfig",
      { ...GONE, kubeconfig: { kind: "foreign" } },
      "deleteEscrow",
    ],
    [
      "takes the leave to read the kubeconfig back",
      { ...GONE, kubeconfig: { kind: "absent" }, reader: { present: true, current: true } },
      "deleteReader",
    ],
    ["removes the escrow", { ...GONE, kubeconfig: { kind: "absent" } }, "deleteEscrow"],
    ["ends", { ...GONE, kubeconfig: { kind: "absent" }, escrowExists: false }, "removeFinalizer"],
    ["with Retain uninstalls", RETAIN, "uninstall"],
    [
      "with Retain closes the way to the store first",
      { ...RETAIN, release: { kind: "absent" }, ...remains({ pods: 2, isStoreOpen: true }) },
      "closeStore",
    ],
    [
      "with Retain stops the tenant's pods",
      { ...RETAIN, release: { kind: "absent" }, ...remains({ pods: 2 }) },
      "deleteTenantPods",
    ],
    [
      "with Retain keeps namespace and escrow",
      { ...RETAIN, release: { kind: "absent" }, kubeconfig: { kind: "absent" } },
      "removeFinalizer",
    ],
  ])("%s", (_name, facts, expected) => {
    const known = { instance: deleted(), ...facts };
    expect(decide(seen(known), CONTEXT).action.kind).toBe(expected);
  });
});
