import { Failure } from "../failure.ts";
import type { Metrics } from "../process/metrics.ts";
import type {
  ApplyOptions,
  CallOptions,
  DeleteOptions,
  GetOptions,
  KubeClient,
  ListOptions,
  ListPage,
  PageOptions,
  Selection,
  WatchOptions,
  WriteOptions,
} from "./client.ts";
import type { KubeConnection } from "./connection.ts";
import { type CallName, isExpired } from "./errors.ts";
import {
  apiVersionOf,
  type HasMetadata,
  type KubeObject,
  keyText,
  type ObjectKey,
  type ResourceType,
} from "./object.ts";
import { collectionPath, objectPath, type Query, withQuery } from "./path.ts";
import type { ServerClock } from "./server-clock.ts";
import { createTransport, type Transport, type WireRequest } from "./transport.ts";

/** Options of {@link createKubeClient}. */
export interface KubeClientOptions {
  readonly userAgent?: string | undefined;
  /** Default deadline of a call in milliseconds; 30 000. */
  readonly timeoutMs?: number | undefined;
  readonly metrics?: Metrics | undefined;
  /** Learns the server's time from its answers. */
  readonly serverClock?: ServerClock | undefined;
}

/** Objects in one page of a list, as client-go's pager. */
const defaultPageSize = 500;

/** Creates a client; it owns the connection from now on. */
export function createKubeClient(
  connection: KubeConnection,
  options: KubeClientOptions = {},
): KubeClient {
  const transport = createTransport(connection, {
    userAgent: options.userAgent ?? "kubernetes-controller",
    timeoutMs: options.timeoutMs ?? 30_000,
    metrics: options.metrics,
    serverClock: options.serverClock,
  });
  return { ...readingCalls(transport), ...writingCalls(transport), ...otherCalls(transport) };
}

type Calls<K extends keyof KubeClient> = Pick<KubeClient, K>;

function readingCalls(transport: Transport): Calls<"get" | "list" | "listPage" | "watch"> {
  const listPage = async (type: ResourceType, options: PageOptions = {}): Promise<ListPage> => {
    const call = { verb: "list", resource: type.plural, object: options.namespace };
    const query = {
      ...selectors(options),
      limit: options.limit ?? defaultPageSize,
      continue: options.continueToken,
    };
    const answer = await transport.send(call, {
      method: "GET",
      path: withQuery(collectionPath(type, options.namespace), query),
      accept: accept(options.metadataOnly, "PartialObjectMetadataList"),
      ...limits(options),
    });
    return pageOf(call, answer.text);
  };
  return {
    get: async <T extends HasMetadata>(
      type: ResourceType,
      key: ObjectKey,
      options: GetOptions = {},
    ) => {
      const call = callOf("get", type, key);
      const answer = await transport.send(call, {
        method: "GET",
        path: objectPath(type, key),
        accept: accept(options.metadataOnly, "PartialObjectMetadata"),
        okStatuses: [404],
        ...limits(options),
      });
      return answer.status === 404 ? undefined : (parse(call, answer.text) as T);
    },
    list: <T extends HasMetadata>(type: ResourceType, options: ListOptions = {}) =>
      listAll((page) => listPage(type, { ...options, ...page })) as Promise<
        readonly unknown[]
      > as Promise<readonly T[]>,
    listPage,
    watch: (type, options: WatchOptions) =>
      transport.open(
        { verb: "watch", resource: type.plural, object: options.namespace },
        {
          method: "GET",
          path: withQuery(collectionPath(type, options.namespace), {
            ...selectors(options),
            watch: true,
            allowWatchBookmarks: true,
            resourceVersion: options.resourceVersion,
            timeoutSeconds: options.timeoutSeconds,
          }),
          accept: accept(options.metadataOnly, "PartialObjectMetadata"),
          timeoutMs: options.timeoutMs,
          signal: options.signal,
        },
      ),
  };
}

/** All pages; when a page's token expired, everything once more in one piece, as client-go does. */
async function listAll(
  readPage: (page: {
    readonly continueToken?: string;
    readonly limit?: number;
  }) => Promise<ListPage>,
): Promise<readonly KubeObject[]> {
  const items: KubeObject[] = [];
  let page = await readPage({});
  items.push(...page.items);
  while (page.continueToken !== undefined) {
    try {
      page = await readPage({ continueToken: page.continueToken });
    } catch (error) {
      if (!(error instanceof Failure && isExpired(error))) throw error;
      return (await readPage({ limit: 0 })).items;
    }
    items.push(...page.items);
  }
  return items;
}

function writingCalls(
  transport: Transport,
): Calls<"create" | "apply" | "mergePatch" | "jsonPatch" | "replace"> {
  const patch = async <T>(
    type: ResourceType,
    key: ObjectKey,
    wire: Pick<WireRequest, "body" | "contentType">,
    options: ApplyOptions | WriteOptions,
  ): Promise<T> => {
    const call = callOf("patch", type, key);
    const answer = await transport.send(call, {
      method: "PATCH",
      path: withQuery(objectPath(type, key, options.subresource), writeQuery(options)),
      ...wire,
      ...limits(options),
    });
    return parse(call, answer.text) as T;
  };
  return {
    create: async <T extends HasMetadata>(
      type: ResourceType,
      object: T,
      options: WriteOptions = {},
    ) => {
      const call = callOf("create", type, object.metadata);
      const base = collectionPath(type, object.metadata.namespace);
      const path =
        options.subresource === undefined
          ? base
          : objectPath(type, object.metadata, options.subresource);
      const answer = await transport.send(call, {
        method: "POST",
        path: withQuery(path, writeQuery(options)),
        body: JSON.stringify(typed(type, object)),
        ...limits(options),
      });
      return parse(call, answer.text) as T;
    },
    apply: (type, object, options) =>
      patch(
        type,
        object.metadata,
        {
          body: JSON.stringify(typed(type, object)),
          contentType: "application/apply-patch+yaml",
        },
        options,
      ),
    mergePatch: (type, key, body, options = {}) =>
      patch(
        type,
        key,
        { body: JSON.stringify(body), contentType: "application/merge-patch+json" },
        options,
      ),
    jsonPatch: (type, key, operations, options = {}) =>
      patch(
        type,
        key,
        { body: JSON.stringify(operations), contentType: "application/json-patch+json" },
        options,
      ),
    replace: async <T extends HasMetadata>(
      type: ResourceType,
      object: T,
      options: WriteOptions = {},
    ) => {
      const call = callOf("update", type, object.metadata);
      const answer = await transport.send(call, {
        method: "PUT",
        path: withQuery(
          objectPath(type, object.metadata, options.subresource),
          writeQuery(options),
        ),
        body: JSON.stringify(typed(type, object)),
        ...limits(options),
      });
      return parse(call, answer.text) as T;
    },
  };
}

function otherCalls(
  transport: Transport,
): Calls<"delete" | "deleteCollection" | "request" | "close"> {
  return {
    delete: async (type, key, options = {}) => {
      await transport.send(callOf("delete", type, key), {
        method: "DELETE",
        path: objectPath(type, key),
        body: JSON.stringify(deleteBody(options)),
        okStatuses: [404],
        ...limits(options),
      });
    },
    deleteCollection: async (type, options) => {
      await transport.send(
        { verb: "deletecollection", resource: type.plural, object: options.namespace },
        {
          method: "DELETE",
          path: withQuery(collectionPath(type, options.namespace), {
            ...selectors(options),
            gracePeriodSeconds: options.gracePeriodSeconds,
          }),
          ...limits(options),
        },
      );
    },
    request: (method, path, options = {}) => {
      const { query, body, contentType, headers, maxBytes, okStatuses } = options;
      const text = body === undefined || typeof body === "string" ? body : JSON.stringify(body);
      return transport.send(
        { verb: method.toLowerCase(), resource: "raw", object: path },
        {
          method,
          path: withQuery(path, query),
          body: text,
          contentType,
          headers,
          maxBytes,
          okStatuses,
          ...limits(options),
        },
      );
    },
    close: () => transport.close(),
  };
}

function callOf(verb: string, type: ResourceType, key: ObjectKey): CallName {
  return { verb, resource: type.plural, object: keyText(key) };
}

function limits(options: CallOptions): Pick<WireRequest, "signal" | "timeoutMs"> {
  return { signal: options.signal, timeoutMs: options.timeoutMs };
}

function selectors(selection: Selection): Query {
  return { labelSelector: selection.labelSelector, fieldSelector: selection.fieldSelector };
}

function writeQuery(options: WriteOptions & { readonly force?: boolean | undefined }): Query {
  return {
    fieldManager: options.fieldManager,
    force: options.force,
    dryRun: options.dryRun === true ? "All" : undefined,
  };
}

function accept(metadataOnly: boolean | undefined, kind: string): string {
  return metadataOnly === true
    ? `application/json;as=${kind};g=meta.k8s.io;v=v1`
    : "application/json";
}

function typed<T extends HasMetadata>(type: ResourceType, object: T): T {
  return { ...object, apiVersion: apiVersionOf(type), kind: type.kind };
}

function deleteBody(options: DeleteOptions): object {
  const { uid, resourceVersion, propagation, gracePeriodSeconds } = options;
  return {
    apiVersion: "v1",
    kind: "DeleteOptions",
    propagationPolicy: propagation,
    gracePeriodSeconds,
    ...(uid === undefined && resourceVersion === undefined
      ? {}
      : { preconditions: { uid, resourceVersion } }),
  };
}

function parse(call: CallName, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new Failure(
      "corrupt",
      "ResponseMalformed",
      `The answer to ${call.verb} ${call.resource} is not JSON`,
      { cause },
    );
  }
}

interface ListBody {
  readonly items?: readonly KubeObject[] | null;
  readonly metadata?: { readonly resourceVersion?: string; readonly continue?: string };
}

function pageOf(call: CallName, text: string): ListPage {
  const body = parse(call, text) as ListBody;
  const continueToken = body.metadata?.continue ?? "";
  return {
    items: body.items ?? [],
    resourceVersion: body.metadata?.resourceVersion ?? "",
    ...(continueToken === "" ? {} : { continueToken }),
  };
}
