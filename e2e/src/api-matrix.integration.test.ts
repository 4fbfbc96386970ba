import { Code } from "@connectrpc/connect";
import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { OperationService, SnapshotService, VClusterService } from "@open-vcluster/api";
import { applyRoles, createAccount } from "./harness/account.ts";
import type { FacadeProcess } from "./harness/facade-process.ts";
import { openStage, type Stage } from "./harness/stage.ts";
import { waitFor } from "./harness/wait.ts";
import { DOORS } from "./matrix/door.ts";
import { endOf, live, type Outcome, outcomeOf } from "./matrix/life.ts";
import { ENDLESS, LIFE, type Row, WAIT } from "./matrix/rows.ts";
import type { Talk } from "./matrix/talk.ts";

const ROWS = [...LIFE, WAIT];
const STEADY = "steady";

describe("every method over every protocol", () => {
  let stage: Stage;
  let facade: FacadeProcess;
  let baseUrl: string;
  let token: string;
  let lives: ReadonlyMap<string, ReadonlyMap<string, Outcome>>;

  beforeAll(async () => {
    stage = await openStage("matrix");
    const { product } = stage;
    await applyRoles(product);
    const account = { namespace: product.namespace, name: "tenant" };
    ({ token } = await createAccount(product, account, ["vcluster-tenant-admin"]));
    const operator = product.start();
    await operator.leading();
    facade = product.startFacade();
    baseUrl = `http://127.0.0.1:${String(await facade.serving())}`;
    await stage.apply(STEADY, {});
    await stage.reaches(STEADY, "Ready=True");
    lives = new Map(
      await Promise.all(
        DOORS.map(async ({ name, slug, open }) => {
          const at = { namespace: product.namespace, name: `life-${slug}` };
          return [name, await live(open(baseUrl), at, token)] as const;
        }),
      ),
    );
    // From here on everything stays as it is.
    await operator.stop();
  }, 1_800_000);

  afterAll(async () => {
    await stage.close();
  }, 120_000);

  it("leaves no method out", () => {
    const services = [VClusterService, SnapshotService, OperationService];
    const methods = services.flatMap((service) => service.methods.map(({ name }) => name));
    expect(ROWS.map(({ name }) => name).toSorted()).toEqual(methods.toSorted());
  });

  describe.each(DOORS)("$name", ({ name: door, slug, open }) => {
    let talk: Talk;
    beforeAll(() => {
      talk = open(baseUrl);
    });
    const subject = { name: STEADY, operationId: `op-${"1".repeat(32)}`, snapshotId: "none" };
    const wrongly = (row: Row): Parameters<Talk>[0] => {
      const { method, rest, wrong } = row;
      const request = wrong({ ...subject, namespace: stage.product.namespace });
      return { method, rest, request, token };
    };
    /** Of somebody who never called, and must be looked up. */
    const freshToken = async (): Promise<string> => {
      const { namespace } = stage.product;
      const { body } = await stage.api.call(
        "POST",
        `/api/v1/namespaces/${namespace}/serviceaccounts/tenant/token`,
        { spec: { audiences: ["open-vcluster"] } },
      );
      return (body as { readonly status: { readonly token: string } }).status.token;
    };

    it.each(ROWS)("answers $name", ({ name, answer }) => {
      expect(lives.get(door)?.get(name)).toMatchObject(answer);
    });

    it.each(ROWS)("says what is wrong with $name", async (row) => {
      expect(await outcomeOf(talk, wrongly(row))).toMatchObject(row.refusal);
    });

    describe("while the host cluster does not answer", () => {
      const tokens: string[] = [];
      beforeAll(async () => {
        for (const _ of ROWS) tokens.push(await freshToken());
        await stage.cluster.testbed.pause("kube-apiserver");
      });
      afterAll(() => {
        stage.cluster.testbed.resume("kube-apiserver");
      });

      it.each(ROWS)("keeps the deadline of $name", async (row) => {
        const ask = { ...wrongly(row), token: tokens.pop() ?? "", serverDeadlineMs: 20 };
        expect(await outcomeOf(talk, ask)).toMatchObject({
          code: Code.DeadlineExceeded,
          reason: "DEADLINE_EXCEEDED",
        });
      });
    });

    it.each(ROWS)("lets its client give $name up", async (row) => {
      const { signal, abort } = abortable();
      const ended = outcomeOf(talk, { ...wrongly(row), token: await freshToken(), signal });
      abort();
      expect(await ended).toMatchObject({ code: Code.Canceled });
      await callsRun(facade, 0);
    });

    it.each(ENDLESS)("ends $name when its client gives up after a while", async (row) => {
      const at = { namespace: stage.product.namespace, name: `waits-${slug}` };
      const created = await stage.read(at.name);
      const operationId = created?.metadata.annotations?.["openvcluster.io/operation"] ?? "";
      const { method, rest } = row;
      const { signal, abort } = abortable();
      const request = row.good({ ...at, operationId, snapshotId: "" });
      const ended = endOf(talk, { method, rest, request, token, signal });
      await callsRun(facade, 1);
      // A creation given up before its write makes nothing to wait for.
      await waitFor(
        "the instance is written",
        async () => (await stage.read(at.name)) !== undefined,
      );
      abort();
      expect(await ended).toMatchObject({ code: Code.Canceled });
      await callsRun(facade, 0);
      const line = { method: `${method.parent.typeName}/${method.name}`, code: "CANCELLED" };
      await waitFor("it is in the audit", () => Promise.resolve(isLast(facade, line)));
    });

    it("keeps the deadline of a stream that has begun", async () => {
      const watch = ENDLESS.find(({ method }) => method.methodKind !== "unary");
      if (watch === undefined) throw new Error("no stream");
      const request = watch.good({ ...subject, namespace: stage.product.namespace });
      const ask = { ...watch, request, token, serverDeadlineMs: 700 };
      expect(await endOf(talk, ask)).toMatchObject({ code: Code.DeadlineExceeded });
    });
  });
});

function abortable(): { readonly signal: AbortSignal; readonly abort: () => void } {
  const controller = new AbortController();
  return {
    signal: controller.signal,
    abort: () => {
      controller.abort();
    },
  };
}

async function callsRun(facade: FacadeProcess, count: number): Promise<void> {
  await waitFor(
    `${String(count)} calls run`,
    async () => inFlight(await facade.metrics()) === count,
    { timeoutMs: 10_000, intervalMs: 20, describe: () => facade.metrics() },
  );
}

/** Whether the last call that ended is this one. */
function isLast(facade: FacadeProcess, line: Readonly<Record<string, unknown>>): boolean {
  const last = facade.audit().findLast(({ stage }) => stage === "end") ?? {};
  return Object.entries(line).every(([key, value]) => last[key] === value);
}

function inFlight(metrics: string): number {
  const lines = metrics.split("\n").filter((line) => /^\w+_rpc_in_flight\{/.test(line));
  return lines.reduce((sum, line) => sum + Number(line.split(" ").at(-1)), 0);
}
