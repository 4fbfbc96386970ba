import { instancePath } from "../src/harness/fleet.ts";
import { instanceOf } from "../src/harness/instance.ts";
import type { ApiPlace } from "./api-place.ts";
import { openConnectPost } from "./connect-post.ts";
import { medianOf, type Result } from "./result.ts";
import { timesOf } from "./stopwatch.ts";

/** Creates of one round, on one connection and on several. */
const SINGLE = 100;
const PARALLEL = 400;
const CONNECTIONS = 16;
const METHOD = "vcluster.api.v1.VClusterService/CreateVCluster";

/** One write; the number makes its name. */
type Create = (number: number) => Promise<unknown>;

/** B1 and B1b: a creation through the API, which writes an operation and the instance, and the same instance written raw. */
export async function measureApiCreate(
  place: ApiPlace,
  rounds: number,
): Promise<readonly Result[]> {
  const facade = await place.startFacade();
  const port = await facade.serving();
  const connections = Array.from({ length: CONNECTIONS }, () => openConnectPost(port, place.token));
  const ours: readonly Create[] = connections.map((connection) => (number) => {
    const name = `ours-${String(number)}`;
    const requestId = `${name}-${String(Date.now())}`;
    return connection.post(METHOD, { namespace: place.namespace, name, requestId });
  });
  const raw: Create = async (number) => {
    const instance = instanceOf(place.namespace, `theirs-${String(number)}`);
    const { status } = await place.api.call("POST", instancePath(place.namespace), instance);
    if (status !== 201) throw new Error(`POST: ${String(status)}`);
  };
  const theirs: readonly Create[] = Array.from({ length: CONNECTIONS }, () => raw);
  const single = { ours: [] as number[], theirs: [] as number[] };
  const parallel = { ours: [] as number[], theirs: [] as number[] };
  // The first round warms both up.
  for (let round = 0; round <= rounds; round += 1) {
    const sides = [
      ["ours", ours],
      ["theirs", theirs],
    ] as const;
    for (const [side, creates] of sides) {
      const latency = medianOf(await timesOf(SINGLE, (at) => only(creates)(at)));
      const rate = await rateOf(creates);
      await place.clear();
      if (round === 0) continue;
      single[side].push(latency);
      parallel[side].push(rate);
    }
  }
  for (const connection of connections) connection.close();
  await facade.stop();
  return [
    {
      id: "B1",
      what: "Create p50, one connection",
      peer: "raw POST of the same resource to the API server",
      unit: "ms",
      ...single,
      goal: 2.5,
    },
    {
      id: "B1b",
      what: `Create throughput, ${String(CONNECTIONS)} connections`,
      peer: "raw POST of the same resource on as many connections",
      unit: "/s",
      ...parallel,
      goal: 0.4,
      better: "more",
    },
  ];
}

function only(creates: readonly Create[]): Create {
  const [first] = creates;
  if (first === undefined) throw new Error("There is no connection");
  return first;
}

/** Creates each second, all connections together. */
async function rateOf(creates: readonly Create[]): Promise<number> {
  let next = SINGLE;
  const end = SINGLE + PARALLEL;
  const beganMs = performance.now();
  await Promise.all(
    creates.map(async (create) => {
      while (next < end) {
        next += 1;
        await create(next);
      }
    }),
  );
  return PARALLEL / ((performance.now() - beganMs) / 1_000);
}
