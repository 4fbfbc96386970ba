import { describe, expect, it } from "@jest/globals";
import type {
  ContainerStatus,
  ControlPlanePod,
  ControlPlaneSeen,
  HostEvent,
} from "./control-plane.ts";
import { diagnose } from "./diagnose.ts";

const NOTHING: ControlPlaneSeen = { pods: [], claims: [], warnings: [], lastWords: [] };

function pod(
  name: string,
  containers: readonly ContainerStatus[] = [],
  more: object = {},
): ControlPlanePod {
  return {
    metadata: { name, uid: `uid-${name}`, creationTimestamp: "2026-01-01T00:00:10Z" },
    status: { phase: "Pending", containerStatuses: containers, ...more },
  };
}

const waiting = (reason: string, message = ""): ContainerStatus => ({
  name: "syncer",
  image: "registry.test/vcluster-oss:0.36.1",
  ready: false,
  state: { waiting: { reason, message } },
});

const crashing = (exitCode: number, reason = "Error"): ContainerStatus => ({
  name: "syncer",
  ready: false,
  restartCount: 4,
  state: { waiting: { reason: "CrashLoopBackOff" } },
  lastState: { terminated: { exitCode, reason } },
});

const unscheduled = (message: string) => ({
  conditions: [{ type: "PodScheduled", status: "False", reason: "Unschedulable", message }],
});

const warning = (
  reason: string,
  message: string,
  about: HostEvent["involvedObject"],
  at?: string,
): HostEvent => ({
  metadata: { name: "event" },
  type: "Warning",
  reason,
  message,
  ...(about === undefined ? {} : { involvedObject: about }),
  lastTimestamp: at ?? "2026-01-01T00:01:00Z",
});

const words = (line: string) => [{ pod: "demo-0", container: "syncer", line }];
const claim = (name: string, phase = "Pending") => ({
  metadata: { name },
  spec: { storageClassName: "fast" },
  status: { phase },
});
const QUOTA =
  'pods "demo-0" is forbidden: exceeded quota: vc-demo, requested: pods=1, used: pods=5, limited: pods=5';

describe("diagnose", () => {
  it.each<[string, Partial<ControlPlaneSeen>, string, readonly string[]]>([
    [
      "a crash with its last line",
      { pods: [pod("demo-0", [crashing(1)])], lastWords: words("Error: bad flag") },
      "CrashLooping",
      ["syncer", "demo-0", "exit code 1", "Error: bad flag"],
    ],
    [
      "a container that outgrows its memory",
      { pods: [pod("demo-0", [crashing(137, "OOMKilled")])] },
      "CrashLooping",
      ["OOMKilled", "raise its memory limit"],
    ],
    [
      "a full volume behind a crash",
      {
        pods: [pod("demo-0", [crashing(1)])],
        claims: [claim("data-demo-0", "Bound")],
        lastWords: words("kine: database or disk is full"),
      },
      "VolumeFull",
      ["data-demo-0", "database or disk is full", "expand"],
    ],
    [
      "an etcd without space",
      {
        pods: [pod("demo-0", [crashing(1)])],
        lastWords: words("etcdserver: mvcc: database space exceeded"),
      },
      "VolumeFull",
      ["demo-0"],
    ],
    [
      "a volume that the container's exit message calls full",
      {
        pods: [
          pod("demo-etcd-0", [
            {
              name: "etcd",
              restartCount: 1,
              lastState: { terminated: { message: "write: no space left on device" } },
            },
          ]),
        ],
      },
      "VolumeFull",
      ["demo-etcd-0"],
    ],
    [
      "an image that cannot be pulled",
      { pods: [pod("demo-0", [waiting("ImagePullBackOff")])] },
      "ImageNotAvailable",
      ["registry.test/vcluster-oss:0.36.1", "ImagePullBackOff", "pull Secrets"],
    ],
    [
      "an image of an init container",
      {
        pods: [
          pod("demo-0", [], {
            initContainerStatuses: [{ ...waiting("ErrImagePull"), name: "kubernetes" }],
          }),
        ],
      },
      "ImageNotAvailable",
      ["kubernetes"],
    ],
    [
      "a container without its Secret",
      { pods: [pod("demo-0", [waiting("CreateContainerConfigError", 'secret "db" not found')])] },
      "ConfigError",
      ['secret "db" not found'],
    ],
    [
      "a volume without its Secret",
      {
        pods: [pod("demo-0", [waiting("ContainerCreating")])],
        warnings: [
          warning(
            "FailedMount",
            'MountVolume.SetUp failed for volume "certs" : secret "demo-certs" not found',
            {
              kind: "Pod",
              name: "demo-0",
              uid: "uid-demo-0",
            },
          ),
        ],
      },
      "ConfigError",
      ["demo-0", "demo-certs"],
    ],
    [
      "too few resources",
      { pods: [pod("demo-0", [], unscheduled("0/3 nodes are available: 3 Insufficient cpu."))] },
      "Unschedulable",
      ["Insufficient cpu", "lower its requests"],
    ],
    [
      "an unbound claim behind a pod without a node",
      {
        pods: [
          pod(
            "demo-0",
            [],
            unscheduled("0/1 nodes: pod has unbound immediate PersistentVolumeClaims."),
          ),
        ],
        claims: [claim("data-demo-0")],
      },
      "VolumePending",
      ["data-demo-0", "fast"],
    ],
    [
      "a provisioner that fails",
      {
        pods: [pod("demo-0", [], unscheduled("0/1 nodes are available"))],
        claims: [claim("data-demo-0")],
        warnings: [
          warning("ProvisioningFailed", "quota of the array reached", {
            kind: "PersistentVolumeClaim",
            name: "data-demo-0",
          }),
        ],
      },
      "VolumePending",
      ["quota of the array reached"],
    ],
    [
      "a quota that refuses a pod of a StatefulSet",
      { warnings: [warning("FailedCreate", QUOTA, { kind: "StatefulSet", name: "demo" })] },
      "QuotaExceeded",
      ["exceeded quota", "raise spec.quota"],
    ],
    [
      "a quota that refuses a pod of a Deployment",
      { replicaFailure: QUOTA },
      "QuotaExceeded",
      ["exceeded quota"],
    ],
    [
      "pod security that refuses a pod",
      {
        warnings: [
          warning("FailedCreate", 'violates PodSecurity "restricted:latest"', { name: "demo" }),
        ],
      },
      "PodsRefused",
      ["PodSecurity"],
    ],
  ])("names %s", (_, seen, reason, texts) => {
    const found = diagnose({ ...NOTHING, ...seen });
    expect(found?.reason).toBe(reason);
    for (const text of texts) expect(found?.message).toContain(text);
  });

  it.each<[string, Partial<ControlPlaneSeen>]>([
    ["pods that start", { pods: [pod("demo-0", [waiting("ContainerCreating")])] }],
    [
      "one restart",
      {
        pods: [
          pod("demo-0", [
            { name: "syncer", ready: false, restartCount: 1, state: { running: {} } },
          ]),
        ],
      },
    ],
    [
      "a ready pod that once crashed",
      {
        pods: [
          pod("demo-0", [{ name: "syncer", ready: true, restartCount: 9, state: { running: {} } }]),
        ],
      },
    ],
    [
      "an init container that is done",
      {
        pods: [
          pod("demo-0", [], {
            initContainerStatuses: [{ name: "kubernetes", state: { terminated: { exitCode: 0 } } }],
          }),
        ],
      },
    ],
    ["a claim that waits for its first consumer", { claims: [claim("data-demo-0")] }],
    [
      "evicted pods that were replaced",
      { pods: [pod("demo-0", [crashing(1)], { phase: "Failed" })] },
    ],
    [
      "a refusal from before the pod was made",
      {
        pods: [pod("demo-0", [waiting("ContainerCreating")])],
        warnings: [warning("FailedCreate", QUOTA, { name: "demo" }, "2026-01-01T00:00:05Z")],
      },
    ],
    [
      "a mount that failed for an earlier pod",
      {
        pods: [pod("demo-0", [waiting("ContainerCreating")])],
        warnings: [
          warning("FailedMount", 'secret "x" not found', {
            name: "demo-0",
            uid: "uid-of-an-earlier-one",
          }),
        ],
      },
    ],
  ])("stays silent about %s", (_, seen) => {
    expect(diagnose({ ...NOTHING, ...seen })).toBeUndefined();
  });

  it("quotes no more than a message can bear", () => {
    const pods = [pod("demo-0", [], unscheduled("x ".repeat(5_000)))];
    expect(diagnose({ ...NOTHING, pods })?.message.length).toBeLessThan(500);
  });
});
