import type { MessageInitShape } from "@bufbuild/protobuf";
import type {
  RangeRequestSchema,
  RangeResponse,
  StatusResponse,
  TxnResponse,
} from "./gen/etcd_pb.ts";
import { parseKeyValue } from "./key-value.ts";
import type {
  KvDialect,
  KvEntry,
  RangePage,
  RangeRequest,
  StoreSize,
  TxnResult,
} from "./kv-store.ts";

/** What etcd takes where it is told nothing else; it tells its quota since 3.6. */
const ETCD_QUOTA_BYTES = 2 ** 31;

/** The message of a request for a range. Pure. */
export function rangeMessage(request: RangeRequest): MessageInitShape<typeof RangeRequestSchema> {
  return {
    key: request.from,
    rangeEnd: request.to,
    limit: BigInt(request.limit),
    revision: BigInt(request.revision),
    keysOnly: request.keysOnly ?? false,
  };
}

/** The page in an answer. Pure. */
export function pageOf(response: RangeResponse): RangePage {
  return {
    entries: response.kvs.map(parseKeyValue),
    more: response.more,
    count: Number(response.count),
    revision: Number(response.header?.revision ?? 0n),
  };
}

/** The result in an answer. Pure. */
export function resultOf(response: TxnResponse): TxnResult {
  const found: (KvEntry | undefined)[] = [];
  for (const { response: each } of response.responses) {
    if (each.case !== "responseRange") continue;
    const bytes = each.value.kvs[0];
    found.push(bytes === undefined ? undefined : parseKeyValue(bytes));
  }
  return {
    succeeded: response.succeeded,
    revision: Number(response.header?.revision ?? 0n),
    found,
  };
}

/** The size in an answer; kine has no quota but the room on its volume. Pure. */
export function sizeOf(dialect: KvDialect, status: StatusResponse): StoreSize {
  const { dbSize, dbSizeInUse, dbSizeQuota } = status;
  const fileBytes = Number(dbSize);
  if (dialect === "kine") return { bytes: fileBytes, fileBytes };
  const quota = Number(dbSizeQuota) || ETCD_QUOTA_BYTES;
  return { bytes: Number(dbSizeInUse), fileBytes, quota };
}
