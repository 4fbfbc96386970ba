import { describe, expect, it } from "@jest/globals";
import { createTurns } from "./turns.ts";

describe("turns", () => {
  it("let so many go on at once, the others in the order in which they came", async () => {
    const turns = createTurns(2);
    const begun: number[] = [];
    const ends = Array.from({ length: 4 }, () => Promise.withResolvers<number>());
    const all = ends.map(({ promise }, at) =>
      turns.take(() => {
        begun.push(at);
        return promise;
      }),
    );
    expect(begun).toEqual([0, 1]);
    ends[1]?.resolve(1);
    await all[1];
    expect(begun).toEqual([0, 1, 2]);
    for (const at of [0, 2, 3]) ends[at]?.resolve(at);
    expect(await Promise.all(all)).toEqual([0, 1, 2, 3]);
    expect(begun).toEqual([0, 1, 2, 3]);
  });

  it("go on after a failure, which is the work's own", async () => {
    const turns = createTurns(1);
    const failing = turns.take(() => Promise.reject(new Error("no")));
    const next = turns.take(() => Promise.resolve("yes"));
    await expect(failing).rejects.toThrow("no");
    expect(await next).toBe("yes");
  });
});
