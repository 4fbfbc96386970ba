import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { writeImage } from "@open-vcluster/image/oci";
import { runCommand, tryCommand } from "./host/command.ts";
import { type MachineState, machineState } from "./host/machine-state.ts";
import { placesOf } from "./host/places.ts";
import { markedProcesses } from "./host/process.ts";
import type { Testbed } from "./info.ts";
import { runHarness } from "./jest/run-harness.ts";
import { claims, readLedger } from "./ledger/ledger.ts";
import { removeStale } from "./ledger/stale.ts";
import { silentProgress } from "./progress.ts";
import { startTestbed } from "./start.ts";
import { attachTestbed } from "./testbed.ts";

const { testbedsRoot } = placesOf(process.env);
const START_MS = 240_000;
const POD_MS = 90_000;

function sharedTestbed(): Testbed {
  const testbed = attachTestbed(testbedsRoot, process.env["TESTBED_NAME"] ?? "");
  if (testbed === undefined) throw new Error("The shared testbed is not running");
  return testbed;
}

const kubectl =
  (testbed: Testbed, namespace: string) =>
  (args: readonly string[], input = ""): Promise<string> =>
    runCommand(
      testbed.binaries.kubectl,
      ["--kubeconfig", testbed.kubeconfigPath, "--namespace", namespace, ...args],
      { input },
    );

const web = (extra: object = {}): object => ({
  apiVersion: "v1",
  kind: "List",
  items: [
    {
      apiVersion: "v1",
      kind: "PersistentVolumeClaim",
      metadata: { name: "data" },
      spec: { accessModes: ["ReadWriteOnce"], resources: { requests: { storage: "1Gi" } } },
    },
    {
      apiVersion: "v1",
      kind: "Service",
      metadata: { name: "web" },
      spec: { selector: { app: "web" }, ports: [{ port: 80, targetPort: 8080 }] },
    },
    {
      apiVersion: "v1",
      kind: "Pod",
      metadata: { name: "web", labels: { app: "web" } },
      spec: {
        containers: [
          {
            name: "web",
            image: "busybox:1.36",
            command: [
              "sh",
              "-c",
              "echo hello > /data/index.html; echo started; exec httpd -f -p 8080 -h /data",
            ],
            volumeMounts: [{ name: "data", mountPath: "/data" }],
            readinessProbe: { httpGet: { path: "/", port: 8080 }, periodSeconds: 1 },
            ...extra,
          },
        ],
        terminationGracePeriodSeconds: 0,
        volumes: [{ name: "data", persistentVolumeClaim: { claimName: "data" } }],
      },
    },
  ],
});

/** Without what belongs to other testbeds, which may start and stop meanwhile. */
const stateNow = (): Promise<MachineState> => machineState(claims(testbedsRoot));

async function runWeb(testbed: Testbed, namespace: string): Promise<void> {
  const run = kubectl(testbed, namespace);
  await run(["create", "namespace", namespace]);
  await run(["wait", "--for=create", "serviceaccount/default"]);
  await run(["apply", "-f", "-"], JSON.stringify(web()));
  await run(["wait", "--for=condition=Ready", "pod/web", "--timeout=60s"]);
}

describe("node", () => {
  const namespace = "testbed-node";
  const testbed = sharedTestbed();
  const run = kubectl(testbed, namespace);
  beforeAll(() => runWeb(testbed, namespace), POD_MS);
  afterAll(() => run(["delete", "namespace", namespace, "--timeout=60s"]), POD_MS);

  it("shows what a pod prints", async () => {
    expect(await run(["logs", "web"])).toBe("started\n");
  });

  it("lets a pod reach itself through its Service by name", async () => {
    const command = [
      "exec",
      "web",
      "--",
      "wget",
      "-qO-",
      `http://web.${namespace}.svc.cluster.local`,
    ];
    expect(await run(command)).toBe("hello\n");
  });

  it("serves pods and Services to programs on this machine", async () => {
    const service = await run(["get", "service", "web", "-o", "jsonpath={.spec.clusterIP}:80"]);
    const pod = await run(["get", "pod", "web", "-o", "jsonpath={.status.podIP}:8080"]);
    for (const address of [service, pod]) {
      const response = await fetch(`http://${address}`);
      expect(await response.text()).toBe("hello\n");
    }
  });

  it("gives a pod the API server, whose certificate it can verify", async () => {
    const command = ["exec", "web", "--", "nslookup", "kubernetes.default.svc.cluster.local"];
    expect(await run(command)).toContain(testbed.node?.serviceNetwork);
  });

  it(
    "keeps a volume when its pod is replaced",
    async () => {
      const phase = await run(["get", "pvc", "data", "-o", "jsonpath={.status.phase}"]);
      expect(phase).toBe("Bound");
      await run(["exec", "web", "--", "sh", "-c", "echo changed > /data/kept"]);
      await run(["delete", "pod", "web", "--timeout=30s"]);
      await run(["apply", "-f", "-"], JSON.stringify(web()));
      await run(["wait", "--for=condition=Ready", "pod/web", "--timeout=60s"]);
      expect(await run(["exec", "web", "--", "cat", "/data/kept"])).toBe("changed\n");
    },
    POD_MS,
  );

  it(
    "runs an image that a test loads",
    async () => {
      const image = writeImage(
        {
          reference: "example.org/loaded:1",
          entrypoint: ["/busybox", "echo", "from the loaded image"],
          layers: [[{ kind: "file", path: "busybox", mode: 0o755, source: "/bin/busybox" }]],
        },
        join(testbed.directory, "test-images"),
      );
      await testbed.loadImage(image);
      await run(["run", "loaded", "--image=example.org/loaded:1", "--restart=Never"]);
      await run([
        "wait",
        "--for=jsonpath={.status.phase}=Succeeded",
        "pod/loaded",
        "--timeout=30s",
      ]);
      expect(await run(["logs", "loaded"])).toBe("from the loaded image\n");
    },
    POD_MS,
  );

  it(
    "keeps pods running while containerd and the kubelet are killed and restarted",
    async () => {
      const started = [
        "get",
        "pod",
        "web",
        "-o",
        "jsonpath={.status.containerStatuses[0].containerID}",
      ];
      const before = await run(started);
      const untilExecWorks = (): Promise<void> =>
        testbed.untilReady(
          "kubelet",
          async () =>
            (
              await tryCommand(testbed.binaries.kubectl, [
                ...["--kubeconfig", testbed.kubeconfigPath, "--namespace", namespace],
                ...["exec", "web", "--", "true"],
              ])
            ).code === 0,
          { timeoutMs: 60_000 },
        );
      await testbed.restart("kubelet");
      await untilExecWorks();
      await testbed.restart("containerd");
      await untilExecWorks();
      expect(await run(started)).toBe(before);
      expect(await testbed.health()).toEqual([]);
    },
    POD_MS,
  );
});

describe("a second node beside the first", () => {
  let before: MachineState;
  beforeAll(async () => {
    before = await stateNow();
  });

  it(
    "works, and stop leaves the machine as it was",
    async () => {
      const second = await startTestbed({ level: "node" });
      await runWeb(second, "beside");
      await second.stop();
      expect(await stateNow()).toEqual(before);
    },
    START_MS,
  );

  it.each(["Starting scheduler", "ready "])(
    "leaves nothing when its harness was killed after it said %j",
    async (moment) => {
      const name = `killed-node-${process.pid}`;
      const harness = runHarness("node", name);
      await harness.saw(moment);
      await harness.kill();
      const mark = readLedger(join(testbedsRoot, name))?.head.mark ?? "";
      expect(markedProcesses(mark)).not.toEqual([]);
      await removeStale(testbedsRoot, silentProgress);
      expect(markedProcesses(mark)).toEqual([]);
      expect(await stateNow()).toEqual(before);
    },
    START_MS,
  );
});
