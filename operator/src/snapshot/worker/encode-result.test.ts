import { describe, expect, it } from "@jest/globals";
import { encodeResult } from "./encode-result.ts";
import { MOST_RESULT_BYTES, parseResult, type SnapshotResult } from "./result.ts";

const prefix = (at: number): string => `/registry/${"g".repeat(300)}/${at}/`;
const result: SnapshotResult = {
  ok: true,
  operation: "snapshot",
  snapId: "20261121T051000Z-a1b2c3",
  kind: "full",
  parent: null,
  base: null,
  chainLength: 0,
  revision: 7,
  keys: 210,
  logicalBytes: 1,
  storedBytes: 1,
  addedBytes: 1,
  rootHash: `sha256:${"0".repeat(64)}`,
  verifiedLevel: 3,
  createdAt: "2026-11-21T05:10:00.000Z",
  completedAt: "2026-11-21T05:10:01.000Z",
  inventory: Array.from({ length: 20 }, (_, at) => ({ prefix: prefix(at), keys: 20 - at })),
  otherKeys: 0,
};

describe("encodeResult", () => {
  it("leaves a short result as it is", () => {
    const short = { ...result, inventory: [] };
    expect(parseResult(encodeResult(short))).toEqual(short);
  });

  it("shortens lists until Kubernetes keeps all of it, and counts what it leaves out", () => {
    const line = encodeResult(result);
    expect(Buffer.byteLength(line)).toBeLessThanOrEqual(MOST_RESULT_BYTES);
    const { inventory, otherKeys } = parseResult(line) as SnapshotResult;
    expect(inventory[0]).toEqual({ prefix: prefix(0), keys: 20 });
    expect(inventory.reduce((sum, { keys }) => sum + keys, otherKeys)).toBe(210);
  });

  it("cuts a message that is too long", () => {
    const failure = { ok: false, reason: "Unexpected", retry: true, message: "é".repeat(4_096) };
    const line = encodeResult(failure as Parameters<typeof encodeResult>[0]);
    expect(parseResult(line)).toMatchObject({ reason: "Unexpected" });
  });
});
