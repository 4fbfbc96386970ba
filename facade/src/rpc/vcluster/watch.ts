import type { HandlerContext } from "@connectrpc/connect";
import {
  type Status,
  type VCluster,
  WatchEventType,
  type WatchVClusterRequest,
} from "@open-vcluster/api";
import { failureOf } from "@open-vcluster/runtime";
import { callOf } from "../../call/call.ts";
import { parseSelector } from "../../read/selector.ts";
import { isVersion } from "../../read/version.ts";
import { toConnectError } from "../../translate/error.ts";
import { toMessage } from "../../translate/message.ts";
import { namespaceViolations, nameViolations } from "../../translate/names.ts";
import { refuseViolations } from "../../translate/refuse.ts";
import { toStatus } from "../../translate/status.ts";
import { type StreamEvent, streamOf } from "../../watch/stream.ts";
import type { ServiceDeps } from "../deps.ts";
import { namespaceOfObject } from "../visible.ts";

/** One message of the stream. */
export interface WatchAnswer {
  readonly type: WatchEventType;
  readonly vcluster?: VCluster;
  readonly resourceVersion: string;
  /** Only with ERROR. */
  readonly error?: Status;
}

const TYPES: Readonly<Record<StreamEvent["type"], WatchEventType>> = {
  added: WatchEventType.ADDED,
  modified: WatchEventType.MODIFIED,
  deleted: WatchEventType.DELETED,
  bookmark: WatchEventType.BOOKMARK,
};

/**
 * Streams changes of what the caller may watch; the permission is asked again as long as the stream lives. One that ends
 * by an error after it began says so in a last message as well.
 */
export async function* watchVCluster(
  request: WatchVClusterRequest,
  context: Pick<HandlerContext, "values" | "signal">,
  deps: Pick<ServiceDeps, "permissions" | "hub" | "clock">,
): AsyncGenerator<WatchAnswer, void, undefined> {
  const call = callOf(context);
  const { principal } = call;
  const { namespace, name, resourceVersion } = request;
  refuseViolations([
    ...namespaceViolations(namespace),
    ...(name === "" ? [] : nameViolations(name)),
    ...versionViolations(resourceVersion),
  ]);
  const matchesLabels = parseSelector(request.labelSelector);
  call.note({ resource: `${namespace === "" ? "*" : namespace}/${name === "" ? "*" : name}` });
  const isOneNamespace = namespace !== "";
  const permission = { verb: "watch", ...(name === "" ? {} : { name }) } as const;
  // In one namespace a permission that is gone ends the stream; across namespaces it hides what is in that one.
  const requireHere = async (): Promise<void> => {
    if (isOneNamespace) await deps.permissions.require(principal, { ...permission, namespace });
  };
  const mayWatch = async (inNamespace: string): Promise<boolean> =>
    isOneNamespace || deps.permissions.check(principal, { ...permission, namespace: inNamespace });
  await requireHere();
  const events = streamOf(
    deps.hub,
    {
      matches: (instance) =>
        (!isOneNamespace || namespaceOfObject(instance) === namespace) &&
        (name === "" || instance.metadata.name === name) &&
        matchesLabels(instance.metadata.labels ?? {}),
      mayWatch,
      after: resourceVersion,
      signal: context.signal,
    },
    deps.clock,
  );
  let hasBegun = false;
  try {
    for await (const event of events) {
      // A stream outlives the permission it began with.
      await requireHere();
      hasBegun = true;
      yield answerOf(event);
    }
  } catch (thrown) {
    if (hasBegun && !context.signal.aborted) yield endOf(thrown);
    throw thrown;
  }
}

/** For readers that see messages alone. */
function endOf(thrown: unknown): WatchAnswer {
  const error = toStatus(toConnectError(failureOf(thrown)));
  return { type: WatchEventType.ERROR, resourceVersion: "", error };
}

function answerOf(event: StreamEvent): WatchAnswer {
  const { version } = event;
  const type = TYPES[event.type];
  if (event.type === "bookmark") return { type, resourceVersion: version };
  return { type, vcluster: toMessage(event.instance), resourceVersion: version };
}

function versionViolations(version: string): { field: string; description: string }[] {
  if (version === "" || isVersion(version)) return [];
  return [{ field: "resource_version", description: "is no resource version of this API" }];
}
