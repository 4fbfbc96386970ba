import { Code, ConnectError } from "@connectrpc/connect";
import { ErrorInfoSchema, WatchEventType, type WatchVClusterResponse } from "@open-vcluster/api";
import type { Caller } from "./caller.ts";

/** A client that keeps up with a namespace as clients are told to. */
export interface Follower {
  /** Version of each virtual cluster, by name. */
  state(): ReadonlyMap<string, string>;
  /** Where it would go on; empty before it is up to date for the first time. */
  version(): string;
  /** Reasons why streams ended. */
  interruptions(): readonly string[];
  stop(): Promise<void>;
}

const PAUSE_MS = 100;

/**
 * Watches a namespace, goes on behind the last version when the stream ends, and begins anew when that version is too old.
 *
 * @param from - version to begin behind, and what was there; absent: from what exists
 */
export function follow(
  { vclusters }: Caller,
  namespace: string,
  from: { readonly version: string; readonly state: ReadonlyMap<string, string> } = {
    version: "",
    state: new Map(),
  },
): Follower {
  const stopping = new AbortController();
  const { signal } = stopping;
  const interruptions: string[] = [];
  let state = new Map(from.state);
  let version = from.version;
  const watchOnce = async (): Promise<void> => {
    // What exists is complete only with the first bookmark.
    const next = version === "" ? new Map<string, string>() : state;
    const request = { namespace, resourceVersion: version };
    for await (const message of vclusters.watchVCluster(request, { signal })) {
      applyTo(next, message);
      if (message.resourceVersion === "") continue;
      version = message.resourceVersion;
      state = next;
    }
  };
  const running = (async () => {
    for (;;) {
      try {
        await watchOnce();
        interruptions.push("end");
      } catch (error) {
        if (stopping.signal.aborted) return;
        const { reason, resumeAt } = refusalOf(error);
        interruptions.push(reason);
        version = resumeAt ?? version;
      }
      await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
    }
  })();
  return {
    state: () => state,
    version: () => version,
    interruptions: () => interruptions,
    stop: async () => {
      stopping.abort();
      await running;
    },
  };
}

/** Applies what a watch tells. */
function applyTo(
  state: Map<string, string>,
  { type, vcluster }: Pick<WatchVClusterResponse, "type" | "vcluster">,
): void {
  if (vcluster === undefined) return;
  if (type === WatchEventType.DELETED) state.delete(vcluster.name);
  else state.set(vcluster.name, vcluster.resourceVersion);
}

/** Why a stream ended, and where to go on; undefined: where it was. */
function refusalOf(thrown: unknown): {
  readonly reason: string;
  readonly resumeAt: string | undefined;
} {
  const error = ConnectError.from(thrown);
  const [info] = error.findDetails(ErrorInfoSchema);
  const isExpired = error.code === Code.OutOfRange;
  return {
    reason: info?.reason ?? Code[error.code],
    resumeAt: isExpired ? "" : info?.metadata["resource_version"],
  };
}
