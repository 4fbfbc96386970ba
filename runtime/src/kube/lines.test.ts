import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import { linesOf } from "./lines.ts";

async function* from(chunks: readonly Uint8Array[]): AsyncGenerator<Uint8Array> {
  for (const chunk of chunks) yield await Promise.resolve(chunk);
}

async function read(chunks: readonly Uint8Array[], maxBytes = 1_000): Promise<readonly string[]> {
  const lines: string[] = [];
  for await (const line of linesOf(from(chunks), maxBytes)) lines.push(line);
  return lines;
}

describe("linesOf", () => {
  it("finds the same lines however the bytes are cut", async () => {
    const line = fc
      .array(fc.constantFrom("a", "é", "😀", "\r", "{"))
      .map((parts) => parts.join(""));
    await fc.assert(
      fc.asyncProperty(fc.array(line), fc.array(fc.nat(200)), async (lines, cuts) => {
        const bytes = Buffer.from(lines.map((text) => `${text}\n`).join(""), "utf8");
        const ends = [...new Set([...cuts.filter((cut) => cut < bytes.length), bytes.length])];
        ends.sort((a, b) => a - b);
        const chunks = ends.map((end, i) => bytes.subarray(ends[i - 1] ?? 0, end));
        expect(await read(chunks, 100_000)).toEqual(lines);
      }),
      { numRuns: 50 },
    );
  });

  it("calls an end inside a line a truncation", async () => {
    await expect(read([Buffer.from("whole\nhal")])).rejects.toMatchObject({
      kind: "corrupt",
      reason: "StreamTruncated",
    });
  });

  it("refuses a line that never ends", async () => {
    const chunks = new Array(20).fill(Buffer.alloc(100, "x")) as Buffer[];
    await expect(read(chunks)).rejects.toMatchObject({ reason: "LineTooLong" });
  });
});
