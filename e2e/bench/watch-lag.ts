import { WatchEventType, type WatchVClusterResponse } from "@open-vcluster/api";
import { instancePath } from "../src/harness/fleet.ts";
import { upstreamWatches } from "../src/harness/upstream.ts";
import { waitFor } from "../src/harness/wait.ts";
import type { ApiPlace } from "./api-place.ts";
import { quantileOf, type Result } from "./result.ts";

const STREAMS = 100;
const UPDATES = 1_000;
/** Instances that are updated in turn. */
const TARGETS = 20;
/** Between two updates: both sides keep up with that, so that what is measured is the way and not a queue. */
const PAUSE_MS = 25;
const MARK = "tick";
const MERGE = "application/merge-patch+json";
const SETTLE_MS = 60_000;

/** When updates were sent, by their number, and how long after that each reader had them. */
interface Lags {
  sent(number: number): void;
  seen(mark: string | undefined): void;
  readonly times: readonly number[];
}

/** B7: from sending an update until a reader has it. The instances exist. */
export async function measureWatchLag(place: ApiPlace, rounds: number): Promise<Result> {
  const ours: number[] = [];
  const theirs: number[] = [];
  const upstream: number[] = [];
  // The garbage collector of the cluster watches as well.
  const others = await upstreamWatches(place.api);
  const facade = await place.startFacade({ MAX_STREAMS_PER_CALLER: String(STREAMS) });
  for (let round = 0; round < rounds; round += 1) {
    ours.push(await lagThrough((lags) => throughFacade(place, facade, lags, upstream), place));
    theirs.push(await lagThrough((lags) => raw(place, lags), place));
  }
  await facade.stop();
  return {
    id: "B7",
    what: `watch lag p99, ${String(STREAMS)} streams, ${String(UPDATES)} updates`,
    peer: "as many raw watches on the API server",
    unit: "ms",
    ours,
    theirs,
    goal: 2,
    remarks: [
      `upstream watches of the facade: ${[...new Set(upstream.map((all) => all - others))].join(", ")}`,
    ],
  };
}

type Open = (lags: Lags) => Promise<() => void>;

async function lagThrough(open: Open, place: ApiPlace): Promise<number> {
  const lags = createLags();
  const close = await open(lags);
  for (let number = 0; number < UPDATES; number += 1) {
    const path = instancePath(place.namespace, `filled-${String(number % TARGETS)}`);
    lags.sent(number);
    await place.api.call(
      "PATCH",
      path,
      { metadata: { labels: { [MARK]: String(number) } } },
      MERGE,
    );
    await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
  }
  await waitFor(
    "every reader has every update",
    () => Promise.resolve(lags.times.length >= STREAMS * UPDATES),
    { timeoutMs: SETTLE_MS, describe: () => Promise.resolve(`${String(lags.times.length)} came`) },
  );
  close();
  return quantileOf(lags.times, 0.99);
}

function createLags(): Lags {
  const sentMs: number[] = [];
  const times: number[] = [];
  return {
    times,
    sent: (number) => {
      sentMs[number] = performance.now();
    },
    seen: (mark) => {
      const sent = mark === undefined ? undefined : sentMs[Number(mark)];
      if (sent !== undefined) times.push(performance.now() - sent);
    },
  };
}

async function throughFacade(
  place: ApiPlace,
  facade: Parameters<ApiPlace["call"]>[0],
  lags: Lags,
  upstream: number[],
): Promise<() => void> {
  const { namespace } = place;
  const caller = await place.call(facade);
  const closing = new AbortController();
  const begun = Array.from({ length: STREAMS }, () => {
    const start = Promise.withResolvers<undefined>();
    const messages = caller.vclusters.watchVCluster({ namespace }, { signal: closing.signal });
    const onBookmark = (): void => {
      start.resolve(undefined);
    };
    follow(messages, onBookmark, lags).catch(start.reject);
    return start.promise;
  });
  await Promise.all(begun);
  upstream.push(await upstreamWatches(place.api));
  return () => {
    closing.abort();
    caller.close();
  };
}

async function follow(
  messages: AsyncIterable<WatchVClusterResponse>,
  onBookmark: () => void,
  lags: Lags,
): Promise<void> {
  for await (const { type, vcluster } of messages) {
    if (type === WatchEventType.BOOKMARK) onBookmark();
    if (type === WatchEventType.MODIFIED) lags.seen(vcluster?.labels[MARK]);
  }
}

async function raw({ api, namespace }: ApiPlace, lags: Lags): Promise<() => void> {
  const list = await api.call("GET", `${instancePath(namespace)}?limit=1`);
  const { metadata } = list.body as { readonly metadata: { readonly resourceVersion: string } };
  const path = `${instancePath(namespace)}?watch=true&resourceVersion=${metadata.resourceVersion}`;
  const closes = await Promise.all(
    Array.from({ length: STREAMS }, () =>
      api.watch(path, ({ type, object }) => {
        if (type === "MODIFIED") lags.seen(object.metadata.labels?.[MARK]);
      }),
    ),
  );
  return () => {
    for (const close of closes) close();
  };
}
