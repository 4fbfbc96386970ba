import { existsSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { runCommand, tryCommand } from "./host/command.ts";
import { placesOf } from "./host/places.ts";
import { markedProcesses } from "./host/process.ts";
import type { Testbed } from "./info.ts";
import { runHarness } from "./jest/run-harness.ts";
import { readLedger, testbedNames } from "./ledger/ledger.ts";
import { removeStale } from "./ledger/stale.ts";
import { silentProgress } from "./progress.ts";
import { startTestbed } from "./start.ts";
import { attachTestbed } from "./testbed.ts";

const { testbedsRoot } = placesOf(process.env);
const START_MS = 120_000;

const kubectl = (kubeconfig: string, ...args: readonly string[]): Promise<string> =>
  runCommand(process.env["TESTBED_KUBECTL"] ?? "", ["--kubeconfig", kubeconfig, ...args]);

describe("shared control plane", () => {
  const kubeconfig = process.env["TESTBED_KUBECONFIG"] ?? "";

  it("is announced to test files through the environment", () => {
    expect(readFileSync(kubeconfig, "utf8")).toContain(process.env["TESTBED_SERVER"]);
    expect(statSync(kubeconfig).mode & 0o777).toBe(0o600);
  });

  it("is the Kubernetes version that the project is tested with", async () => {
    const version: unknown = JSON.parse(await kubectl(kubeconfig, "version", "-o", "json"));
    expect(version).toMatchObject({ serverVersion: { gitVersion: "v1.36.0" } });
  });

  it("runs controllers: a new namespace gets its ServiceAccount and goes away again", async () => {
    await kubectl(kubeconfig, "create", "namespace", "testbed-controllers");
    await kubectl(
      kubeconfig,
      ...["wait", "--for=create", "serviceaccount/default", "-n", "testbed-controllers"],
    );
    await kubectl(kubeconfig, "delete", "namespace", "testbed-controllers", "--timeout=30s");
  }, 60_000);

  it("has a packaged chart for each supported version", () => {
    for (const version of ["0.33.1", "0.34.0", "0.35.2", "0.36.1"]) {
      const chart = join(process.env["TESTBED_CHARTS"] ?? "", `vcluster-${version}.tgz`);
      expect(existsSync(chart)).toBe(true);
    }
  });

  it("offers its etcd with client certificates only", async () => {
    const etcd = attachTestbed(testbedsRoot, process.env["TESTBED_NAME"] ?? "");
    const health = [etcd?.binaries.etcdctl ?? "", "endpoint", "health"];
    const args = [...health.slice(1), "--endpoints", process.env["TESTBED_ETCD"] ?? ""];
    const tls = [
      ...["--cacert", process.env["TESTBED_ETCD_CA"] ?? ""],
      ...["--cert", process.env["TESTBED_ETCD_CERT"] ?? ""],
      ...["--key", process.env["TESTBED_ETCD_KEY"] ?? ""],
    ];
    expect((await tryCommand(health[0] ?? "", [...args, ...tls])).code).toBe(0);
    expect((await tryCommand(health[0] ?? "", [...args, ...tls.slice(0, 2)])).code).not.toBe(0);
  }, 30_000);
});

describe("a control plane of its own", () => {
  let testbed: Testbed;
  beforeAll(async () => {
    testbed = await startTestbed({ level: "controlPlane" });
  }, START_MS);
  afterAll(async () => {
    await testbed.stop();
    expect(testbedNames(testbedsRoot)).not.toContain(testbed.name);
  });

  it("runs beside the shared one and shares nothing with it", async () => {
    expect(testbed.server).not.toBe(process.env["TESTBED_SERVER"]);
    await kubectl(testbed.kubeconfigPath, "create", "namespace", "only-here");
    const shared = process.env["TESTBED_KUBECONFIG"] ?? "";
    expect(await kubectl(shared, "get", "namespaces", "-o", "name")).not.toContain("only-here");
  });

  it("names a dead component with the last lines of its log, and heals by restart", async () => {
    expect(await testbed.health()).toEqual([]);
    await testbed.kill("kube-controller-manager");
    const problems = await testbed.health();
    expect(problems).toHaveLength(1);
    expect(problems[0]).toContain("kube-controller-manager is not running. Last lines of");
    expect(problems[0]).toContain("controller");
    await testbed.restart("kube-controller-manager");
    expect(await testbed.health()).toEqual([]);
  });

  it("hangs while the API server is paused, and answers afterwards", async () => {
    await testbed.pause("kube-apiserver");
    const paused = tryCommand(testbed.binaries.kubectl, [
      "--kubeconfig",
      testbed.kubeconfigPath,
      "get",
      "--raw",
      "/readyz",
      "--request-timeout=1s",
    ]);
    expect((await paused).code).not.toBe(0);
    testbed.resume("kube-apiserver");
    expect(await kubectl(testbed.kubeconfigPath, "get", "--raw", "/readyz")).toBe("ok");
  });

  it(
    "keeps its data when the API server and etcd are killed and restarted",
    async () => {
      await kubectl(testbed.kubeconfigPath, "create", "configmap", "kept");
      await testbed.kill("kube-apiserver");
      await testbed.restart("etcd");
      await testbed.restart("kube-apiserver");
      await testbed.untilReady(
        "kube-apiserver",
        async () =>
          (
            await tryCommand(testbed.binaries.kubectl, [
              ...["--kubeconfig", testbed.kubeconfigPath, "get", "configmap", "kept"],
            ])
          ).code === 0,
        { timeoutMs: 60_000 },
      );
    },
    START_MS,
  );

  it("can be used by another process through its name", () => {
    const attached = attachTestbed(testbedsRoot, testbed.name);
    expect(attached?.server).toBe(testbed.server);
    expect(attached?.identityOf("etcd")).toEqual(testbed.identityOf("etcd"));
  });
});

describe("a harness that is killed", () => {
  it.each(["Starting etcd, API server", "ready "])(
    "after it said %j leaves nothing once the next one starts",
    async (moment) => {
      const name = `killed-${process.pid}`;
      const harness = runHarness("controlPlane", name);
      await harness.saw(moment);
      await harness.kill();
      const mark = readLedger(join(testbedsRoot, name))?.head.mark ?? "";
      expect(mark).not.toBe("");
      await removeStale(testbedsRoot, silentProgress);
      expect(markedProcesses(mark)).toEqual([]);
      expect(testbedNames(testbedsRoot)).not.toContain(name);
    },
    START_MS,
  );
});
