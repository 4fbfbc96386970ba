import { Code, ConnectError } from "@connectrpc/connect";
import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { WatchEventType } from "@open-vcluster/api";
import fc from "fast-check";
import { faultIn, rawRequest } from "./fuzz/bytes.ts";
import { type RandomCall, randomCall } from "./fuzz/call.ts";
import { text } from "./fuzz/message.ts";
import { openRaw, type RawConnection } from "./fuzz/raw.ts";
import { applyRoles, createAccount } from "./harness/account.ts";
import { type Api, openApi } from "./harness/api.ts";
import { type Caller, openCaller } from "./harness/caller.ts";
import type { FacadeProcess } from "./harness/facade-process.ts";
import { forEachAtOnce, forgetInstances } from "./harness/fleet.ts";
import { installProduct, type Product } from "./harness/product.ts";
import { reasonOf } from "./harness/refusal.ts";
import { type Dice, rollDice } from "./harness/seed.ts";
import { DOORS } from "./matrix/door.ts";
import type { Talk } from "./matrix/talk.ts";

const IS_SOAK = process.env["SOAK"] === "1";
const RUNS = IS_SOAK ? 100_000 : 2_000;
const TIMEOUT_MS = IS_SOAK ? 4 * 3_600_000 : 300_000;
/** Inputs that are made at once. */
const CHUNK = 500;
/** After so many inputs a line says how far it is. */
const PROGRESS = 10_000;
/** Calls that would wait for something end after that. */
const DEADLINE_MS = 1_000;
const MEBIBYTE = 1_024 * 1_024;
/** As the image starts it; what is not garbage does not outgrow that. */
const MEMORY_FLAGS = "--max-semi-space-size=4 --max-old-space-size=128";
/** What a facade's container gets. */
const MEMORY_LIMIT_MEBIBYTES = 256;

const SERVER_FAULTS: ReadonlySet<Code> = new Set([Code.Internal, Code.Unknown, Code.DataLoss]);

describe("a facade that is told nonsense", () => {
  let product: Product;
  let api: Api;
  let facade: FacadeProcess;
  let caller: Caller;
  let raw: RawConnection;
  let talks: ReadonlyMap<string, Talk>;
  let token: string;
  let dice: Dice;
  let bytesBefore: number;

  beforeAll(async () => {
    dice = rollDice();
    process.stderr.write(`seed ${String(dice.seed)}\n`);
    product = await installProduct("fuzz");
    api = openApi(product.testbed.kubeconfig);
    await applyRoles(product);
    const at = { namespace: product.namespace, name: "tenant" };
    ({ token } = await createAccount(product, at, ["vcluster-tenant-admin"]));
    facade = product.startFacade({ env: { NODE_OPTIONS: MEMORY_FLAGS } });
    const port = await facade.serving();
    caller = openCaller(port, token);
    raw = openRaw(port, token);
    talks = new Map(
      DOORS.map(({ name, open }) => [name, open(`http://127.0.0.1:${String(port)}`)]),
    );
    for (const name of ["demo", "other"]) {
      await caller.vclusters.createVCluster({ namespace: product.namespace, name });
    }
    bytesBefore = await residentBytes();
  }, 240_000);

  afterAll(async () => {
    caller.close();
    raw.close();
    await forgetInstances(api, product.namespace);
    api.close();
    await product.close();
  }, 120_000);

  const residentBytes = async (): Promise<number> => {
    const metrics = await facade.metrics();
    return Number(/^\S*process_resident_memory_bytes (\S+)/m.exec(metrics)?.[1]);
  };
  /** Tries inputs; the first complaint ends it. */
  const tryAll = async <T>(
    arbitrary: fc.Arbitrary<T>,
    complaint: (input: T) => Promise<string | undefined>,
    show: (input: T) => unknown,
  ): Promise<void> => {
    for (let done = 0; done < RUNS; done += CHUNK) {
      const inputs = fc.sample(arbitrary, { numRuns: CHUNK, seed: dice.seed + done });
      await forEachAtOnce(inputs, async (input) => {
        const found = await complaint(input);
        if (found !== undefined) throw new Error(`${found}\n${textOf(show(input))}`);
      });
      if ((done + CHUNK) % PROGRESS === 0) await tellProgress(done + CHUNK);
    }
  };
  const tellProgress = async (done: number): Promise<void> => {
    const mebibytes = ((await residentBytes()) / MEBIBYTE).toFixed(0);
    const test = expect.getState().currentTestName ?? "";
    process.stderr.write(`${test}: ${String(done)} of ${String(RUNS)}, ${mebibytes} MiB\n`);
  };
  const complaintAbout = async (ask: () => Promise<unknown>): Promise<string | undefined> => {
    try {
      await ask();
      return undefined;
    } catch (thrown) {
      const error = ConnectError.from(thrown);
      if (SERVER_FAULTS.has(error.code)) return error.message;
      // The client's own clock ends a call without the server's details.
      if (error.code === Code.DeadlineExceeded || reasonOf(error) !== undefined) return undefined;
      return `no ErrorInfo: ${error.message}`;
    }
  };

  const firstAnswer = async ({ door, ...call }: RandomCall): Promise<void> => {
    const talk = talks.get(door.name);
    if (talk === undefined) throw new Error(`No connection for ${door.name}`);
    for await (const _ of talk({ ...call, token, serverDeadlineMs: DEADLINE_MS })) return;
  };

  it(
    "answers random bytes",
    async () => {
      await tryAll(
        rawRequest,
        async (request) => faultIn(request, await raw.send(request)),
        (request) => request,
      );
    },
    TIMEOUT_MS,
  );

  it(
    "answers random messages",
    async () => {
      await tryAll(
        randomCall(product.namespace),
        (call) => complaintAbout(() => firstAnswer(call)),
        ({ door, rest, request }) => [door.name, rest, request],
      );
    },
    TIMEOUT_MS,
  );

  it(
    "answers random masks, page tokens, selectors, orders and versions",
    async () => {
      const { namespace } = product;
      const { vclusters, operations } = caller;
      const { nextPageToken } = await vclusters.listVClusters({ namespace, pageSize: 1 });
      const listing = (asked: object): Question => ({
        asked,
        ask: () => vclusters.listVClusters({ namespace, ...asked }),
      });
      const token = fc.oneof(text, damaged(nextPageToken));
      const scrap = fc.constantFrom(...SELECTOR_SCRAPS);
      const selector = fc.array(scrap, { maxLength: 12 }).map((scraps) => scraps.join(""));
      const version = fc.oneof(text, fc.bigInt({ min: -5n, max: 2n ** 70n }).map(String));
      const order = fc.oneof(text, damaged("-create_time desc"));
      const paths = fc.array(fc.oneof(text, damaged("spec.resources.memory_limit")), {
        maxLength: 4,
      });
      const question = fc.oneof(
        fc.record({ pageToken: token, pageSize: fc.constant(1) }).map(listing),
        fc.record({ labelSelector: fc.oneof(selector, text) }).map(listing),
        fc.record({ orderBy: order }).map(listing),
        token.map((pageToken) => ({
          asked: { operations: pageToken },
          ask: () => operations.listOperations({ namespace, pageToken }),
        })),
        version.map((minResourceVersion) => ({
          asked: { minResourceVersion },
          ask: () => vclusters.getVCluster({ namespace, name: "demo", minResourceVersion }),
        })),
        paths.map((some) => ({
          asked: { paths: some },
          ask: () =>
            vclusters.updateVCluster({
              namespace,
              name: "demo",
              updateMask: { paths: some },
              validateOnly: true,
            }),
        })),
        fc
          .record({ resourceVersion: version, labelSelector: selector })
          .map((asked) => ({ asked, ask: () => untilBookmark(caller, { namespace, ...asked }) })),
      );
      await tryAll(
        question,
        ({ ask }) => complaintAbout(ask),
        ({ asked }) => asked,
      );
    },
    TIMEOUT_MS,
  );

  it("has neither crashed, nor complained, nor outgrown its container", async () => {
    expect(facade.hasEnded()).toBe(false);
    expect(
      facade
        .log()
        .split("\n")
        .filter((line) => line.includes('"level":"error"')),
    ).toEqual([]);
    const now = (await residentBytes()) / MEBIBYTE;
    const before = bytesBefore / MEBIBYTE;
    process.stderr.write(
      `${String(RUNS)} of each; memory ${before.toFixed(0)} MiB before, ${now.toFixed(0)} MiB now\n`,
    );
    expect(now).toBeLessThan(MEMORY_LIMIT_MEBIBYTES);
  });
});

interface Question {
  /** What is random about it. */
  readonly asked: object;
  readonly ask: () => Promise<unknown>;
}

const SELECTOR_SCRAPS = [
  "a",
  "=",
  "!=",
  "==",
  " in ",
  " notin ",
  "(",
  ")",
  ",",
  "!",
  " ",
  "x/y",
  "é",
];

/** An input, as far as one wants to read it. */
function textOf(input: unknown): string {
  const plain = (_: string, value: unknown): unknown =>
    typeof value === "bigint" || value instanceof Uint8Array ? String(value) : value;
  return JSON.stringify(input, plain).slice(0, 2_000);
}

/** A text with one character exchanged, or cut. */
function damaged(whole: string): fc.Arbitrary<string> {
  return fc
    .tuple(fc.nat(Math.max(0, whole.length - 1)), fc.string({ maxLength: 2 }))
    .map(([at, scrap]) => whole.slice(0, at) + scrap + whole.slice(at + 1));
}

async function untilBookmark(
  { vclusters }: Caller,
  request: Parameters<Caller["vclusters"]["watchVCluster"]>[0],
): Promise<void> {
  for await (const { type } of vclusters.watchVCluster(request, { timeoutMs: DEADLINE_MS })) {
    if (type === WatchEventType.BOOKMARK) return;
  }
}
