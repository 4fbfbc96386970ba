import { randomUUID } from "node:crypto";
import { readFileSync } from "node:fs";
import { createServer, type Socket } from "node:net";
import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import {
  connectWithPem,
  createKubeClient,
  type KubeClient,
  type KubeObject,
  type ResourceType,
  readKubeconfig,
} from "@open-vcluster/runtime";
import {
  connectToTestbed,
  createNamespace,
  testbedKubeconfig,
  untilPodsAreAccepted,
} from "@open-vcluster/runtime/testing/testbed";
import { createPki } from "../pki/create.ts";
import { KINDS } from "../world/kinds.ts";
import { diagnose } from "./diagnose.ts";
import { probeVirtual } from "./probe.ts";
import { readControlPlane } from "./read-control-plane.ts";
import { readWorkloads } from "./workloads.ts";

const EVENTS: ResourceType = {
  group: "",
  version: "v1",
  plural: "events",
  kind: "Event",
  namespaced: true,
};
const { signal } = new AbortController();

describe("looking at control planes through a real API server", () => {
  let client: KubeClient;
  let namespace = "";

  beforeAll(async () => {
    client = createKubeClient(connectToTestbed(process.env));
    namespace = await createNamespace(client);
    await untilPodsAreAccepted(client, namespace);
  }, 30_000);
  afterAll(async () => {
    await client.delete(KINDS.namespace, { name: namespace });
    await client.close();
  });

  async function controlPlanePod(release: string, status: object): Promise<KubeObject> {
    const name = `${release}-0`;
    const pod = await client.create<KubeObject>(KINDS.pod, {
      metadata: { namespace, name, labels: { app: "vcluster", release } },
      spec: { containers: [{ name: "syncer", image: "registry.test/oss:1" }] },
    });
    await client.mergePatch(KINDS.pod, { namespace, name }, { status }, { subresource: "status" });
    return pod;
  }

  const look = async (name: string) =>
    diagnose(await readControlPlane(client, { name, targetNamespace: namespace }, signal));

  describe("probeVirtual", () => {
    it("tells the version of an API that is ready", async () => {
      const version = expect.stringMatching(/^v1\.\d+\.\d+/);
      expect(await probeVirtual(client, { signal })).toEqual({ kind: "ready", version });
    });

    it("says that nobody answers", async () => {
      const held = new Set<Socket>();
      const silent = createServer((socket) => held.add(socket));
      await new Promise<void>((resolve) => silent.listen(0, "127.0.0.1", resolve));
      const address = silent.address();
      const port = typeof address === "object" ? address?.port : 0;
      const ca = (
        await createPki({
          name: "a",
          namespace: "b",
          clusterDomain: "c",
          extraSANs: [],
          nowMs: Date.now(),
        })
      )["ca.crt"];
      const stranger = createKubeClient(
        connectWithPem({ server: `https://127.0.0.1:${port}`, ca, token: "x" }),
      );
      expect(await probeVirtual(stranger, { signal, timeoutMs: 200 })).toEqual({
        kind: "unreachable",
        why: "The virtual API did not answer in time",
      });
      for (const socket of held) socket.destroy();
      await new Promise((resolve) => silent.close(resolve));
      expect(await probeVirtual(stranger, { signal, timeoutMs: 2_000 })).toMatchObject({
        kind: "unreachable",
        why: expect.stringContaining("not ready"),
      });
      await stranger.close();
    }, 30_000);

    it("tells a server of another name from one that refuses us", async () => {
      const kubeconfig = readKubeconfig(readFileSync(testbedKubeconfig(process.env), "utf8"));
      const { server = "", credentials: { ca } = { ca: "" } } = kubeconfig ?? {};
      const misnamed = createKubeClient(
        connectWithPem({ server, ca, tlsServerName: "elsewhere.example", token: "x" }),
      );
      expect(await probeVirtual(misnamed, { signal })).toMatchObject({
        why: expect.stringContaining("certificate is for other names"),
      });
      await misnamed.close();
      const unknown = createKubeClient(connectWithPem({ server, ca, token: "x" }));
      expect(await probeVirtual(unknown, { signal })).toMatchObject({
        why: expect.stringContaining("refuses the credentials"),
      });
      await unknown.close();
    });

    it("throws the caller's own abort", async () => {
      const stop = AbortSignal.abort(new Error("shutting down"));
      await expect(probeVirtual(client, { signal: stop })).rejects.toThrow("shutting down");
    });
  });

  describe("diagnosis", () => {
    it("names an image that a kubelet reports as missing", async () => {
      await controlPlanePod("imageless", {
        phase: "Pending",
        containerStatuses: [
          {
            name: "syncer",
            image: "registry.test/oss:1",
            imageID: "",
            ready: false,
            restartCount: 0,
            state: { waiting: { reason: "ImagePullBackOff" } },
          },
        ],
      });
      expect(await look("imageless")).toMatchObject({ reason: "ImageNotAvailable" });
    });

    it("names a crash although the log cannot be had", async () => {
      await controlPlanePod("crashing", {
        phase: "Running",
        containerStatuses: [
          {
            name: "syncer",
            image: "registry.test/oss:1",
            imageID: "",
            ready: false,
            restartCount: 5,
            state: { waiting: { reason: "CrashLoopBackOff" } },
            lastState: { terminated: { exitCode: 2, reason: "Error" } },
          },
        ],
      });
      expect(await look("crashing")).toMatchObject({
        reason: "CrashLooping",
        message: expect.stringContaining("exit code 2"),
      });
    });

    it("reads the warnings of the control plane, not those of tenants' pods", async () => {
      const event = (name: string, kind: string) => ({
        metadata: { namespace, name: `e-${randomUUID()}` },
        involvedObject: { kind, name, namespace },
        reason: "FailedCreate",
        message: `create Pod ${name} failed: exceeded quota: tenant`,
        type: "Warning",
        lastTimestamp: new Date().toISOString(),
      });
      await client.create<KubeObject>(EVENTS, event("web-x-default-x-quiet", "Pod"));
      expect(await look("quiet")).toBeUndefined();
      await client.create<KubeObject>(EVENTS, event("starved", "StatefulSet"));
      expect(await look("starved")).toMatchObject({ reason: "QuotaExceeded" });
    });
  });

  it("counts workloads that are not ready", async () => {
    const template = {
      metadata: { labels: { app: "web" } },
      spec: { containers: [{ name: "c", image: "none" }] },
    };
    await client.create<KubeObject>(KINDS.deployment, {
      metadata: { namespace, name: "web" },
      spec: { replicas: 1, selector: { matchLabels: { app: "web" } }, template },
    });
    const readiness = await readWorkloads(client, signal);
    expect(readiness.isPartial).toBe(false);
    expect(readiness.notReady).toBeGreaterThanOrEqual(1);
    expect(readiness.total).toBeGreaterThanOrEqual(readiness.notReady);
  });
});
