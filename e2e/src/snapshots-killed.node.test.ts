import { setTimeout as pause } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import type { VClusterRestore, VClusterSnapshot } from "@open-vcluster/crds";
import { objectKeys, unfinishedUploads } from "../testbed/cluster/bucket.ts";
import { instanceOf, waitForCondition } from "./harness/instance.ts";
import type { Kubectl } from "./harness/kubectl.ts";
import { loadImage, testbedOfRun } from "./harness/node-testbed.ts";
import { faultsOf, type PairLog, readPair, startPairWriter } from "./harness/pair-writer.ts";
import { processOfPod } from "./harness/pod-process.ts";
import { installProduct, type Product } from "./harness/product.ts";
import { rollDice } from "./harness/seed.ts";
import {
  type Bucket,
  LOCATION,
  makeBucket,
  makeLocation,
  restoreOf,
  snapshotOf,
  waitForState,
} from "./harness/snapshots.ts";
import { type Supervisor, superviseOperator } from "./harness/supervisor.ts";
import { kubeconfigOf, openVirtual } from "./harness/virtual.ts";
import { waitFor } from "./harness/wait.ts";

const IS_SOAK = process.env["SOAK"] === "1";
const ROUNDS = IS_SOAK ? 50 : 4;
/** kubelet waits for up to five minutes before it starts a container again. */
const RESTART_MS = 330_000;
const WORK_MS = 240_000;
/** A control plane that lost its etcd has pauses of its own. */
const ROUND_MS = 3 * RESTART_MS + WORK_MS;
const name = "hit";
/** How long a snapshot and a restore take undisturbed, so that a random moment is one of theirs. */
const SNAPSHOT_MS = 8_000;
const RESTORE_MS = 45_000;

interface Pod {
  readonly metadata: { readonly name: string; readonly uid: string };
  readonly status?: { readonly phase?: string };
}

describe("snapshots and restores while what they need is killed", () => {
  const dice = rollDice();
  let product: Product;
  let kubectl: Kubectl;
  let namespace: string;
  let target: string;
  let virtual: Kubectl;
  let bucket: Bucket;
  let operator: Supervisor;
  /** Was taken while a pair was written. */
  let first: VClusterSnapshot;
  let log: PairLog;

  beforeAll(async () => {
    process.stderr.write(`SEED=${String(dice.seed)}\n`);
    product = await installProduct("snapshots-killed");
    ({ kubectl, namespace } = product);
    const image = await loadImage(product.testbed);
    operator = await superviseOperator(product, () => [], { SNAPSHOT_IMAGE: image.reference });
    bucket = await makeBucket(product, "snapshots-killed");
    await makeLocation(kubectl, namespace, bucket);
    await kubectl.apply(instanceOf(namespace, name, { backingStore: { type: "etcd" } }));
    const ready = await waitForCondition(kubectl, { namespace, name }, "Ready=True Running");
    target = ready.status?.targetNamespace ?? "";
    virtual = await openVirtual(product, name);
    await write("first");
    const writer = await startPairWriter(await kubeconfigOf(product, name));
    await kubectl.apply(snapshotOf(namespace, "first", { instanceRef: { name } }));
    first = await waitForState<VClusterSnapshot>(
      kubectl,
      "vclustersnapshots",
      { namespace, name: "first" },
      "Ready=True Verified",
    );
    log = await writer.stop();
  }, 400_000);

  afterAll(async () => {
    await operator.stop();
    await product.close();
  }, 120_000);

  const TEXTS = Array.from({ length: 40 }, (_, at) => `text-${String(at)}`);

  /** Many objects with one value, so that a state which is half of another one shows. */
  /** Waits for the control plane, which ends with its etcd and is started again ever later. */
  async function write(value: string): Promise<void> {
    const texts = TEXTS.map((text) => ({
      apiVersion: "v1",
      kind: "ConfigMap",
      metadata: { namespace: "default", name: text, labels: { text: "true" } },
      data: { value },
    }));
    const isWritten = async (): Promise<boolean> => {
      await virtual.apply(...texts);
      return true;
    };
    await waitFor("the virtual cluster takes writes", isWritten, { timeoutMs: RESTART_MS });
  }

  const values = async (): Promise<readonly string[]> => {
    const maps = await virtual.list<{ readonly data?: { readonly value?: string } }>(
      "configmaps",
      "-n",
      "default",
      "-l",
      "text=true",
    );
    return [...new Set(maps.map(({ data }) => data?.value ?? ""))];
  };

  /** Kills the program of a pod if one runs by then. */
  const killPod = async (selector: readonly string[], program: string): Promise<boolean> => {
    const pods = await kubectl.list<Pod>("pods", ...selector);
    const pids = pods.map(({ metadata }) => processOfPod(metadata.uid, program));
    const pid = pids.find((each) => each !== undefined);
    if (pid !== undefined) process.kill(pid, "SIGKILL");
    return pid !== undefined;
  };

  const VICTIMS: readonly (readonly [string, () => Promise<boolean>])[] = [
    [
      "worker",
      () =>
        waitFor(
          "a worker runs",
          () => killPod(["-n", product.systemNamespace], "/nodejs/bin/node"),
          { intervalMs: 20, timeoutMs: 60_000 },
        ),
    ],
    [
      "operator",
      () => {
        operator.kill();
        return Promise.resolve(true);
      },
    ],
    [
      "MinIO",
      async () => {
        await testbedOfRun(product.testbed).restart("minio");
        return true;
      },
    ],
    ["etcd", () => killPod(["-n", target, "-l", "app=vcluster-etcd"], "etcd")],
  ];

  /** One victim dies at a random moment of what was begun. */
  async function kill(round: number, withinMs: number): Promise<string> {
    const [victim, strike] = VICTIMS[round % VICTIMS.length] ?? ["", () => Promise.resolve(false)];
    // A worker lives for a small part of the time only, and is waited for.
    const afterMs = dice.below(victim === "worker" ? SNAPSHOT_MS / 4 : withinMs);
    await pause(afterMs);
    const isHit = await strike().catch(() => false);
    return `${victim} ${isHit ? "killed" : "not there"} after ${String(afterMs)} ms`;
  }

  async function snapshotRound(round: number): Promise<string> {
    const value = `round-${String(round)}`;
    await write(value);
    const at = { namespace, name: `s-${String(round)}` };
    await kubectl.apply(snapshotOf(namespace, at.name, { instanceRef: { name } }));
    const told = await kill(round, SNAPSHOT_MS);
    const { status } = await ended<VClusterSnapshot>("vclustersnapshots", at);
    expect({ told, status }).toMatchObject({ told, status: { phase: "Ready" } });
    return told;
  }

  async function restoreRound(round: number): Promise<string> {
    await write(`damaged-${String(round)}`);
    const at = { namespace, name: `r-${String(round)}` };
    await kubectl.apply(
      restoreOf(namespace, at.name, {
        snapshotRef: { name: "first" },
        target: { instanceRef: { name } },
      }),
    );
    const watched = watchServing(at.name);
    const hit = async (): Promise<{ readonly told: string } & VClusterRestore> => ({
      told: await kill(round, RESTORE_MS),
      ...(await ended<VClusterRestore>("vclusterrestores", at)),
    });
    const { told, status } = await hit().finally(watched.stop);
    expect(watched.seen).toEqual([]);
    // Either state, but whole.
    expect(["Completed", "RolledBack"]).toContain(status?.phase);
    await waitForCondition(kubectl, { namespace, name }, "Ready=True Running");
    const wanted = status?.phase === "Completed" ? "first" : `damaged-${String(round)}`;
    await waitFor("the store is whole", async () => (await values()).join() === wanted, {
      timeoutMs: 2 * RESTART_MS,
      describe: async () => `${told}: ${(await values()).join()}`,
    });
    if (status?.phase === "Completed") {
      expect(faultsOf(await readPair(virtual), log, first.status ?? {})).toEqual([]);
    }
    return told;
  }

  function ended<T extends VClusterSnapshot | VClusterRestore>(
    kind: string,
    at: { readonly namespace: string; readonly name: string },
  ): Promise<T> {
    const read = (): Promise<T | undefined> => kubectl.get<T>(kind, "-n", at.namespace, at.name);
    return waitFor(
      `${kind} ${at.name} ends`,
      async () => {
        const object = await read();
        const ready = object?.status?.conditions?.find(({ type }) => type === "Ready");
        return ready === undefined || ready.status === "Unknown" ? undefined : object;
      },
      {
        timeoutMs: RESTART_MS + WORK_MS,
        describe: async () =>
          `${JSON.stringify((await read())?.status)}\n${operator.lastWords().slice(-3_000)}`,
      },
    );
  }

  /** Looks whether the control plane ever runs while its store is changed. */
  function watchServing(restore: string): {
    readonly seen: readonly string[];
    readonly stop: () => Promise<void>;
  } {
    const seen: string[] = [];
    const closing = new AbortController();
    const isChanging = async (): Promise<boolean> => {
      const object = await kubectl.get<VClusterRestore>(
        "vclusterrestores",
        "-n",
        namespace,
        restore,
      );
      return object?.status?.store === "Changing";
    };
    const look = async (): Promise<void> => {
      if (!(await isChanging())) return;
      const pods = await kubectl.list<Pod>(
        "pods",
        "-n",
        target,
        "-l",
        `app=vcluster,release=${name}`,
      );
      const running = pods.filter(({ status }) => status?.phase === "Running");
      if (running.length > 0 && (await isChanging())) {
        seen.push(running.map(({ metadata }) => metadata.name).join());
      }
    };
    const looking = (async () => {
      while (!closing.signal.aborted) await look();
    })();
    return {
      seen,
      stop: async () => {
        closing.abort();
        await looking;
      },
    };
  }

  it.each(Array.from({ length: ROUNDS }, (_, round) => round))(
    "round %d ends right",
    async (round) => {
      const told = round % 5 < 2 ? await restoreRound(round) : await snapshotRound(round);
      process.stderr.write(`round ${String(round)}: ${told}\n`);
    },
    ROUND_MS,
  );

  it("nothing is left of those that were killed", async () => {
    await waitFor(
      "no work is left",
      async () => (await kubectl.list("jobs", "-n", product.systemNamespace)).length === 0,
    );
    const keys = await objectKeys(bucket.minio, bucket.name);
    expect(keys.filter((key) => key.includes("/locks/"))).toEqual([]);
    expect(await unfinishedUploads(bucket.minio, bucket.name)).toEqual([]);
    const location = { namespace, name: LOCATION };
    await waitForState(kubectl, "vclustersnapshotlocations", location, "Available=True");
  }, 180_000);
});
