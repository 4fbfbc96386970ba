import type { MessageInitShape } from "@bufbuild/protobuf";
import {
  Compare_CompareResult as Comparison,
  type RangeRequestSchema,
  type RangeResponse,
  type RequestOpSchema,
  Compare_CompareTarget as Target,
  type TxnRequestSchema,
  type TxnResponse,
} from "./gen/etcd_pb.ts";
import { parseKeyValue } from "./key-value.ts";
import type { KvEntry, RangePage, RangeRequest, TxnOp, TxnRequest, TxnResult } from "./kv-store.ts";

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

/** The message of a transaction. Pure. */
export function txnMessage(request: TxnRequest): MessageInitShape<typeof TxnRequestSchema> {
  return {
    compare: request.compare.map(({ key, modRevision }) => ({
      result: Comparison.EQUAL,
      target: Target.MOD,
      key,
      targetUnion: { case: "modRevision" as const, value: BigInt(modRevision) },
    })),
    success: request.success.map(opMessage),
    failure: (request.failure ?? []).map(opMessage),
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

function opMessage(op: TxnOp): MessageInitShape<typeof RequestOpSchema> {
  switch (op.kind) {
    case "get": {
      const value = { key: op.key, revision: BigInt(op.revision ?? 0) };
      return { request: { case: "requestRange", value } };
    }
    case "put": {
      const value = { key: op.key, value: op.value, lease: op.lease ?? 0n };
      return { request: { case: "requestPut", value } };
    }
    case "delete":
      return { request: { case: "requestDeleteRange", value: { key: op.key } } };
  }
}
