import type { HasMetadata, KubeObject, ObjectKey, ResourceType } from "./object.ts";

/** What every call may carry. */
export interface CallOptions {
  readonly signal?: AbortSignal | undefined;
  /** Milliseconds for the whole call; absent: the client's default. */
  readonly timeoutMs?: number | undefined;
}

/** Options of {@link KubeClient.get}. */
export interface GetOptions extends CallOptions {
  /** Asks for metadata alone (PartialObjectMetadata). */
  readonly metadataOnly?: boolean | undefined;
}

/** Which objects a list, a watch or a collection delete means. */
export interface Selection {
  /** Absent: all namespaces. */
  readonly namespace?: string | undefined;
  readonly labelSelector?: string | undefined;
  readonly fieldSelector?: string | undefined;
}

/** Options of {@link KubeClient.list}. */
export interface ListOptions extends GetOptions, Selection {
  /** Objects in one page; all pages are read. Default 500. */
  readonly limit?: number | undefined;
}

/** Options of {@link KubeClient.listPage}. */
export interface PageOptions extends ListOptions {
  /** From the page before; absent: the first page. */
  readonly continueToken?: string | undefined;
}

/** Options of {@link KubeClient.watch}. */
export interface WatchOptions extends Selection {
  readonly metadataOnly?: boolean | undefined;
  /** Events after this version are sent. */
  readonly resourceVersion: string;
  /** After this the server ends the watch. */
  readonly timeoutSeconds: number;
  /** Milliseconds until the server must have accepted; absent: the client's default. */
  readonly timeoutMs?: number | undefined;
  readonly signal: AbortSignal;
}

/** Options of the writing calls. */
export interface WriteOptions extends CallOptions {
  readonly fieldManager?: string | undefined;
  readonly subresource?: string | undefined;
  /** Validated and defaulted by the server, never stored. */
  readonly dryRun?: boolean | undefined;
}

/** Options of {@link KubeClient.apply}. */
export interface ApplyOptions extends WriteOptions {
  readonly fieldManager: string;
  /** Takes over fields of other managers; default false. */
  readonly force?: boolean | undefined;
}

/** Options of {@link KubeClient.delete}. */
export interface DeleteOptions extends CallOptions {
  /** Deletes only the object with this uid; another one is a `conflict`. */
  readonly uid?: string | undefined;
  readonly resourceVersion?: string | undefined;
  readonly propagation?: "Foreground" | "Background" | "Orphan" | undefined;
  readonly gracePeriodSeconds?: number | undefined;
}

/** One operation of a JSON patch (RFC 6902). */
export interface JsonPatchOperation {
  readonly op: "add" | "remove" | "replace" | "test" | "move" | "copy";
  readonly path: string;
  readonly from?: string;
  readonly value?: unknown;
}

/** Methods of the Kubernetes API. */
export type HttpMethod = "GET" | "POST" | "PUT" | "PATCH" | "DELETE";

/** Options of {@link KubeClient.request}. */
export interface RequestOptions extends CallOptions {
  readonly query?: Readonly<Record<string, string | number | boolean | undefined>> | undefined;
  /** Text is sent as it is, all else as JSON. */
  readonly body?: unknown;
  readonly contentType?: string | undefined;
  readonly headers?: Readonly<Record<string, string>> | undefined;
  /** The largest answer that is read; default 64 MiB. A larger one is `exhausted`. */
  readonly maxBytes?: number | undefined;
  /** Statuses of 400 and above that are an answer, not a Failure. */
  readonly okStatuses?: readonly number[] | undefined;
}

/** The answer to {@link KubeClient.request}. */
export interface RawResponse {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
  readonly text: string;
}

/** One page of a list, with what is needed for the next page or a watch. */
export interface ListPage {
  readonly items: readonly KubeObject[];
  readonly resourceVersion: string;
  /** Absent on the last page. */
  readonly continueToken?: string;
}

/**
 * A Kubernetes API client for raw JSON objects. Every method throws a `Failure` as classified in
 * `errors.ts`. An aborted signal rejects with the signal's own reason.
 */
export interface KubeClient {
  /** Reads one object; `undefined` if it is absent. */
  get<T extends HasMetadata = KubeObject>(
    type: ResourceType,
    key: ObjectKey,
    options?: GetOptions,
  ): Promise<T | undefined>;
  /** Reads all pages. */
  list<T extends HasMetadata = KubeObject>(
    type: ResourceType,
    options?: ListOptions,
  ): Promise<readonly T[]>;
  /** Reads one page. */
  listPage(type: ResourceType, options?: PageOptions): Promise<ListPage>;
  /** Opens a watch; resolves to its JSON lines, in chunks, when the server accepted it. */
  watch(type: ResourceType, options: WatchOptions): Promise<AsyncIterable<Uint8Array>>;
  create<T extends HasMetadata>(type: ResourceType, object: T, options?: WriteOptions): Promise<T>;
  /** Server-side apply: creates the object or makes our fields true. */
  apply<T extends HasMetadata>(type: ResourceType, object: T, options: ApplyOptions): Promise<T>;
  mergePatch<T extends HasMetadata = KubeObject>(
    type: ResourceType,
    key: ObjectKey,
    patch: unknown,
    options?: WriteOptions,
  ): Promise<T>;
  jsonPatch<T extends HasMetadata = KubeObject>(
    type: ResourceType,
    key: ObjectKey,
    operations: readonly JsonPatchOperation[],
    options?: WriteOptions,
  ): Promise<T>;
  /** Replaces the object; with a `resourceVersion` only that version (`conflict` otherwise). */
  replace<T extends HasMetadata>(type: ResourceType, object: T, options?: WriteOptions): Promise<T>;
  /** Asks for deletion; an absent object is fine. */
  delete(type: ResourceType, key: ObjectKey, options?: DeleteOptions): Promise<void>;
  deleteCollection(
    type: ResourceType,
    selection: Selection & CallOptions & Pick<DeleteOptions, "gracePeriodSeconds">,
  ): Promise<void>;
  /** Any request; `path` starts with `/`. Throws on 400 and above unless `okStatuses` has the status. */
  request(method: HttpMethod, path: string, options?: RequestOptions): Promise<RawResponse>;
  /** Closes the connections; running calls end first. */
  close(): Promise<void>;
}
