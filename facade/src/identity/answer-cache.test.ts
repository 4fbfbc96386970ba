import { describe, expect, it } from "@jest/globals";
import { Failure, type FailureKind } from "@open-vcluster/runtime";
import { createFakeClock } from "@open-vcluster/runtime/testing/fake-clock";
import { createAnswerCache } from "./answer-cache.ts";

const TTL_MS = 10_000;
const OUTAGE_MS = 120_000;

function opened() {
  const clock = createFakeClock();
  const cache = createAnswerCache<string>({ ttlMs: () => TTL_MS, maxAnswers: 2, clock });
  let asked = 0;
  const get = (answer: string, key = "key"): Promise<string> =>
    cache.get(key, () => {
      asked += 1;
      return Promise.resolve(answer);
    });
  const getFailing = (kind: FailureKind): Promise<string> =>
    cache.get("key", () => {
      asked += 1;
      return Promise.reject(new Failure(kind, "Refused", "It is refused"));
    });
  return { clock, get, getFailing, asked: () => asked };
}

describe("remembered answers", () => {
  it("are asked for once, and again when they are old", async () => {
    const { clock, get, asked } = opened();
    expect(await Promise.all([get("a"), get("b")])).toEqual(["a", "a"]);
    await clock.advance(TTL_MS - 1);
    expect(await get("c")).toBe("a");
    await clock.advance(1);
    expect(await get("d")).toBe("d");
    expect(asked()).toBe(2);
  });

  it("are forgotten, the oldest first", async () => {
    const { get } = opened();
    for (const key of ["1", "2", "3"]) await get(key, key);
    expect(await get("new", "1")).toBe("new");
    expect(await get("new", "3")).toBe("3");
  });

  it("stay good for two minutes while nobody can be asked, who is not asked at each call", async () => {
    const { clock, get, getFailing, asked } = opened();
    await get("a");
    await clock.advance(TTL_MS);
    expect([await getFailing("unavailable"), await getFailing("unavailable")]).toEqual(["a", "a"]);
    expect(asked()).toBe(2);
    await clock.advance(OUTAGE_MS - 1);
    expect(await getFailing("unavailable")).toBe("a");
    await clock.advance(2_000);
    await expect(getFailing("unavailable")).rejects.toThrow("It is refused");
  });

  it("make room for the new answer after an outage", async () => {
    const { clock, get, getFailing } = opened();
    await get("a");
    await clock.advance(TTL_MS);
    await getFailing("unavailable");
    await clock.advance(2_000);
    expect(await get("b")).toBe("b");
  });

  it("do not stand in for a refusal to answer", async () => {
    const { clock, get, getFailing } = opened();
    await get("a");
    await clock.advance(TTL_MS);
    await expect(getFailing("denied")).rejects.toThrow("It is refused");
  });

  it("do not stand in for answers that never were", async () => {
    await expect(opened().getFailing("unavailable")).rejects.toThrow("It is refused");
  });
});
