import { create } from "@bufbuild/protobuf";
import { describe, expect, it } from "@jest/globals";
import { StatusResponseSchema } from "./gen/etcd_pb.ts";
import { sizeOf } from "./messages.ts";

const statusOf = (dbSizeQuota: bigint) =>
  create(StatusResponseSchema, { dbSize: 9n, dbSizeInUse: 4n, dbSizeQuota });

describe("sizeOf", () => {
  it("tells what etcd uses of its quota, which older ones do not tell", () => {
    const size = { bytes: 4, fileBytes: 9 };
    expect(sizeOf("etcd", statusOf(8_000_000_000n))).toEqual({ ...size, quota: 8_000_000_000 });
    expect(sizeOf("etcd", statusOf(0n))).toEqual({ ...size, quota: 2_147_483_648 });
  });

  it("knows of no quota of kine", () => {
    expect(sizeOf("kine", statusOf(0n))).toEqual({ bytes: 9, fileBytes: 9 });
  });
});
