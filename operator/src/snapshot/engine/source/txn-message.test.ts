import { create, type MessageInitShape, toBinary } from "@bufbuild/protobuf";
import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import {
  Compare_CompareTarget,
  type CompareSchema,
  type RequestOpSchema,
  TxnRequestSchema,
} from "./gen/etcd_pb.ts";
import type { TxnOp, TxnRequest } from "./kv-store.ts";
import { txnMessage } from "./txn-message.ts";

const bytes = fc.uint8Array({ maxLength: 300 });
const revision = fc.nat({ max: Number.MAX_SAFE_INTEGER });
const lease = fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n });

const anyOp: fc.Arbitrary<TxnOp> = fc.oneof(
  fc.record({ kind: fc.constant("get" as const), key: bytes }),
  fc.record({ kind: fc.constant("get" as const), key: bytes, revision }),
  fc.record({ kind: fc.constant("put" as const), key: bytes, value: bytes }),
  fc.record({ kind: fc.constant("put" as const), key: bytes, value: bytes, lease }),
  fc.record({ kind: fc.constant("delete" as const), key: bytes }),
);

function opOf(op: TxnOp): MessageInitShape<typeof RequestOpSchema> {
  const { key } = op;
  switch (op.kind) {
    case "get":
      return {
        request: { case: "requestRange", value: { key, revision: BigInt(op.revision ?? 0) } },
      };
    case "put":
      return {
        request: { case: "requestPut", value: { key, value: op.value, lease: op.lease ?? 0n } },
      };
    case "delete":
      return { request: { case: "requestDeleteRange", value: { key } } };
  }
}

function comparisonOf({
  key,
  modRevision,
}: TxnRequest["compare"][number]): MessageInitShape<typeof CompareSchema> {
  return {
    target: Compare_CompareTarget.MOD,
    key,
    targetUnion: { case: "modRevision", value: BigInt(modRevision) },
  };
}

describe("txnMessage", () => {
  it("writes what protobuf writes, all 64 bits of a lease included", () => {
    const requests = fc.record({
      compare: fc.array(fc.record({ key: bytes, modRevision: revision }), { maxLength: 2 }),
      success: fc.array(anyOp, { maxLength: 5 }),
      failure: fc.array(anyOp, { maxLength: 2 }),
    });
    const large = [127, 128, 16_383, 16_384, 2_097_152].map((length) => ({
      compare: [],
      success: [{ kind: "put" as const, key: Buffer.from("/a"), value: Buffer.alloc(length) }],
      failure: [],
    }));
    fc.assert(
      fc.property(requests, (request) => {
        const message = create(TxnRequestSchema, {
          compare: request.compare.map(comparisonOf),
          success: request.success.map(opOf),
          failure: request.failure.map(opOf),
        });
        expect(txnMessage(request)).toEqual(Buffer.from(toBinary(TxnRequestSchema, message)));
      }),
      { examples: large.map((request): [typeof request] => [request]) },
    );
  });

  it("takes a request that says nothing of a failure", () => {
    const success = [{ kind: "delete", key: Buffer.from("/a") }] as const;
    expect(txnMessage({ compare: [], success })).toEqual(
      txnMessage({ compare: [], success, failure: [] }),
    );
  });
});
