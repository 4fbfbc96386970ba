import { BinaryWriter } from "@bufbuild/protobuf/wire";
import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import { parseKeyValue } from "./key-value.ts";
import { KvError } from "./kv-error.ts";

const revision = fc.nat({ max: Number.MAX_SAFE_INTEGER });
const bytes = fc.uint8Array({ maxLength: 40 });

describe("parseKeyValue", () => {
  it("reads what protobuf writes, all 64 bits of a lease included", () => {
    const entries = fc.record({
      ...{ key: bytes, value: bytes, lease: fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }) },
      ...{ createRevision: revision, modRevision: revision, version: revision },
    });
    fc.assert(
      fc.property(entries, (entry) => {
        const writer = new BinaryWriter();
        writer.uint32(0x0a).bytes(entry.key);
        writer.uint32(0x10).int64(String(entry.createRevision));
        writer.uint32(0x18).int64(String(entry.modRevision));
        writer.uint32(0x20).int64(String(entry.version));
        writer.uint32(0x2a).bytes(entry.value);
        writer.uint32(0x30).int64(entry.lease);
        expect(parseKeyValue(writer.finish())).toEqual(entry);
      }),
    );
  });

  it("refuses what is no key, and nothing else", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 30 }), (hostile) => {
        try {
          parseKeyValue(hostile);
        } catch (error) {
          expect(error).toBeInstanceOf(KvError);
        }
      }),
    );
  });
});
