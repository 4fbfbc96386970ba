import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { type Account, applyRoles, createAccount } from "./harness/account.ts";
import { type Api, type Mark, openApi } from "./harness/api.ts";
import { compactStore, restartApiServer } from "./harness/api-server.ts";
import { type Audit, prepareAudit } from "./harness/audit.ts";
import { type Caller, openCaller } from "./harness/caller.ts";
import { forEachAtOnce, instancePath } from "./harness/fleet.ts";
import { type Follower, follow } from "./harness/follower.ts";
import { type HollowCluster, startHollowCluster } from "./harness/hollow-cluster.ts";
import { instanceOf } from "./harness/instance.ts";
import { installProduct, type Product } from "./harness/product.ts";
import { type Replicas, startReplicas } from "./harness/replicas.ts";
import { type Dice, rollDice } from "./harness/seed.ts";
import { waitFor } from "./harness/wait.ts";

const IS_SOAK = process.env["SOAK"] === "1";
const STREAMS = 100;
const UPDATES = IS_SOAK ? 1_000 : 200;
const RESTARTS = IS_SOAK ? 5 : 2;
const NAMES = 40;
const FACADE = "open-vcluster-facade";
const MERGE = "application/merge-patch+json";
const MANY = String(3 * STREAMS);

describe("watches", () => {
  const audit: Audit = prepareAudit();
  let cluster: HollowCluster;
  let product: Product;
  let api: Api;
  let replicas: Replicas;
  let tenant: Account;
  let dice: Dice;
  const callers: Caller[] = [];

  beforeAll(async () => {
    dice = rollDice();
    process.stderr.write(`seed ${String(dice.seed)}\n`);
    cluster = await startHollowCluster({ apiServerArgs: audit.apiServerArgs });
    product = await installProduct("watch", cluster.facts);
    api = openApi(cluster.facts.kubeconfig);
    await applyRoles(product);
    const at = { namespace: product.namespace, name: "tenant" };
    tenant = await createAccount(product, at, ["vcluster-tenant-admin"]);
    replicas = await startReplicas(product, 2, { MAX_STREAMS_PER_CALLER: MANY, MAX_STREAMS: MANY });
    await forEachAtOnce(
      Array.from({ length: NAMES / 2 }, (_, at) => at),
      (number) => put(number, "first"),
    );
  }, 240_000);

  afterAll(async () => {
    for (const caller of callers) caller.close();
    await replicas.stop();
    await product.close();
    api.close();
    await cluster.stop();
    audit.remove();
  }, 120_000);

  const callerOf = (replica: number): Caller => {
    const caller = openCaller(replicas.ports()[replica] ?? 0, tenant.token);
    callers.push(caller);
    return caller;
  };
  const pathOf = (number: number): string =>
    instancePath(product.namespace, `cluster-${String(number)}`);
  /** Creates it, or gives it another label. */
  const put = async (number: number, label: string): Promise<void> => {
    const labels = { label };
    const { status } = await api.call("PATCH", pathOf(number), { metadata: { labels } }, MERGE);
    if (status !== 404) {
      accepted(status);
      return;
    }
    const instance = instanceOf(product.namespace, `cluster-${String(number)}`);
    const made = await api.call("POST", instancePath(product.namespace), instance);
    accepted(made.status);
  };
  const change = async (number: number): Promise<void> => {
    const target = dice.below(NAMES);
    if (dice.below(5) > 0) await put(target, String(number));
    else accepted((await api.call("DELETE", pathOf(target))).status, 404);
  };
  const listed = async (): Promise<ReadonlyMap<string, string>> => {
    const marks: readonly Mark[] = await api.marks(instancePath(product.namespace));
    return new Map(marks.map(({ metadata }) => [metadata.name, metadata.resourceVersion]));
  };
  const agree = (followers: readonly Follower[]): Promise<unknown> =>
    waitFor(
      "every stream tells what a list tells",
      async () => {
        const wanted = textOf(await listed());
        return followers.every((follower) => textOf(follower.state()) === wanted);
      },
      {
        timeoutMs: 90_000,
        describe: async () => {
          const wanted = textOf(await listed());
          const wrong = followers.find((follower) => textOf(follower.state()) !== wanted);
          return `${wanted}\n${textOf(wrong?.state() ?? new Map())}`;
        },
      },
    );

  it(`of ${String(STREAMS)} readers outlive restarts of the API server and compaction`, async () => {
    const sinceMs = Date.now();
    const followers = Array.from({ length: STREAMS }, () => follow(callerOf(0), product.namespace));
    await agree(followers);
    expect(audit.watches(FACADE, sinceMs)).toBe(0);
    for (let number = 0; number < UPDATES; number += 1) {
      await change(number);
      if (number % Math.ceil(UPDATES / (RESTARTS + 1)) === 1 && number > 1) {
        await compactStore(cluster, api);
        await restartApiServer(cluster, api);
      }
    }
    await agree(followers);
    const counts = new Map<string, number>();
    for (const reason of followers.flatMap((follower) => follower.interruptions())) {
      counts.set(reason, (counts.get(reason) ?? 0) + 1);
    }
    await Promise.all(followers.map((follower) => follower.stop()));
    const told = [...counts].map(([reason, count]) => `${reason} ${String(count)}`).join(", ");
    const watches = audit.watches(FACADE, sinceMs);
    process.stderr.write(
      `${String(UPDATES)} updates, ${String(RESTARTS)} restarts; streams interrupted: ${told}; watches of both facades: ${String(watches)}\n`,
    );
    // Each replica watches again after each restart, and while the server comes up perhaps in vain; never for each reader.
    expect(watches).toBeLessThan(STREAMS);
  }, 400_000);

  it("go on at another replica and miss nothing", async () => {
    const both = [0, 1].map((replica) => follow(callerOf(replica), product.namespace));
    await agree(both);
    // Behind a list that the other one had to make anew, it has to refuse versions of before.
    await put(0, "told-by-both");
    await agree(both);
    const [left] = both.map((one) => ({ version: one.version(), state: new Map(one.state()) }));
    await Promise.all(both.map((one) => one.stop()));
    for (let number = 0; number < 50; number += 1) await change(number);
    const second = follow(callerOf(1), product.namespace, left);
    await agree([second]);
    expect(second.interruptions()).toEqual([]);
    await second.stop();
  }, 120_000);
});

function accepted(status: number, ...others: readonly number[]): void {
  if (status >= 300 && !others.includes(status))
    throw new Error(`The API server says ${String(status)}`);
}

function textOf(state: ReadonlyMap<string, string>): string {
  return JSON.stringify([...state].toSorted(([a], [b]) => (a < b ? -1 : 1)));
}
