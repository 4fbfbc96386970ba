import { create, toBinary } from "@bufbuild/protobuf";
import { ByteWriter, varintSize } from "../format/byte-writer.ts";
import {
  CompareSchema,
  Compare_CompareResult as Comparison,
  Compare_CompareTarget as Target,
} from "./gen/etcd_pb.ts";
import type { TxnOp, TxnRequest } from "./kv-store.ts";

/** Tags of the fields that hold something within them; a key is the first field of every operation. */
const TXN = { compare: 0x0a, success: 0x12, failure: 0x1a };
const OP = { range: 0x0a, put: 0x12, deleteRange: 0x1a };
const KEY = 0x0a;
const VALUE = 0x12;
const LEASE = 0x18;
const REVISION = 0x20;

/** Bytes that follow each other. */
type Pieces = readonly Uint8Array[];

const NOTHING: Pieces = [];

/** The bytes of `etcdserverpb.TxnRequest`, which may be a megabyte: values are copied once. Pure. */
export function txnMessage({ compare, success, failure = [] }: TxnRequest): Buffer {
  return Buffer.concat([
    ...compare.flatMap((each) => field(TXN.compare, [comparison(each)])),
    ...success.flatMap((op) => field(TXN.success, operation(op))),
    ...failure.flatMap((op) => field(TXN.failure, operation(op))),
  ]);
}

function comparison({ key, modRevision }: TxnRequest["compare"][number]): Uint8Array {
  const targetUnion = { case: "modRevision" as const, value: BigInt(modRevision) };
  const terms = { result: Comparison.EQUAL, target: Target.MOD, key, targetUnion };
  return toBinary(CompareSchema, create(CompareSchema, terms));
}

function operation(op: TxnOp): Pieces {
  const key = bytesField(KEY, op.key);
  switch (op.kind) {
    case "get":
      return field(OP.range, [...key, ...int64Field(REVISION, BigInt(op.revision ?? 0))]);
    case "put": {
      const value = bytesField(VALUE, op.value);
      return field(OP.put, [...key, ...value, ...int64Field(LEASE, op.lease ?? 0n)]);
    }
    case "delete":
      return field(OP.deleteRange, key);
  }
}

function field(tag: number, content: Pieces): Pieces {
  const length = content.reduce((sum, piece) => sum + piece.length, 0);
  const head = new ByteWriter(1 + varintSize(length));
  head.byte(tag);
  head.varint(length);
  return [head.bytes, ...content];
}

/** Left out where it is empty, as protobuf does. */
function bytesField(tag: number, bytes: Uint8Array): Pieces {
  return bytes.length === 0 ? NOTHING : field(tag, [bytes]);
}

/** All 64 bits, seven a byte; left out where it is 0, as protobuf does. */
function int64Field(tag: number, value: bigint): Pieces {
  if (value === 0n) return NOTHING;
  const bytes = [tag];
  let rest = BigInt.asUintN(64, value);
  for (; rest >= 0x80n; rest >>= 7n) bytes.push(Number(rest & 0x7fn) | 0x80);
  bytes.push(Number(rest));
  return [Uint8Array.from(bytes)];
}
