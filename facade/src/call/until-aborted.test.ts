import { describe, expect, it } from "@jest/globals";
import { untilAborted } from "./until-aborted.ts";

describe("work that is not waited for longer than its call lives", () => {
  const forever = new Promise<never>(() => undefined);

  it("settles as it does", async () => {
    const { signal } = new AbortController();
    await expect(untilAborted(Promise.resolve(1), signal)).resolves.toBe(1);
    const failed = untilAborted(Promise.reject(new Error("no")), signal);
    await expect(failed).rejects.toThrow("no");
  });

  it("is left alone when the signal aborts, whatever becomes of it", async () => {
    const { promise, reject } = Promise.withResolvers<never>();
    const controller = new AbortController();
    const waiting = untilAborted(promise, controller.signal);
    controller.abort(new Error("late"));
    await expect(waiting).rejects.toThrow("late");
    reject(new Error("nobody hears it"));
  });

  it("is not waited for at all if the signal aborted before", async () => {
    const late = AbortSignal.abort(new Error("late"));
    await expect(untilAborted(forever, late)).rejects.toThrow("late");
    await expect(untilAborted(Promise.resolve(1), late)).rejects.toThrow("late");
  });
});
