import { describe, expect, it } from "@jest/globals";
import { Failure } from "../failure.ts";
import { createMetrics } from "../process/metrics.ts";
import { createFakeClock } from "../testing/fake-clock.ts";
import { createRecordingLogger } from "../testing/recording-logger.ts";
import { until } from "../testing/until.ts";
import { type ControllerSpec, createController } from "./controller.ts";

function setUp(spec: Partial<ControllerSpec> & Pick<ControllerSpec, "reconcile">) {
  const clock = createFakeClock();
  const logger = createRecordingLogger();
  const metrics = createMetrics({ prefix: "test_" });
  const controller = createController(
    { name: "things", workers: 2, backoff: { baseMs: 100, maxMs: 1_000, jitter: 0 }, ...spec },
    { clock, logger, random: () => 0, metrics },
  );
  const stop = new AbortController();
  const start = (): Promise<void> => controller.run(stop.signal);
  return { clock, logger, metrics, controller, stop, start };
}

describe("a controller", () => {
  it("runs keys that came before it started, each once", async () => {
    const runs: string[] = [];
    const { controller, clock, start } = setUp({
      reconcile: (key) => {
        runs.push(key);
        return Promise.resolve({});
      },
    });
    for (const key of ["a", "b", "a", "c"]) controller.enqueue(key);
    void start();
    await clock.advance(0);
    expect(runs).toEqual(["a", "b", "c"]);
  });

  it("never runs a key twice at once nor more keys than workers", async () => {
    const running = new Set<string>();
    let most = 0;
    let runs = 0;
    const { controller, clock, start } = setUp({
      workers: 3,
      reconcile: async (key) => {
        expect(running.has(key)).toBe(false);
        running.add(key);
        most = Math.max(most, running.size);
        runs += 1;
        await new Promise((resolve) => setImmediate(resolve));
        running.delete(key);
        return {};
      },
    });
    void start();
    for (let i = 0; i < 500; i += 1) {
      controller.enqueue(`key-${i % 10}`);
      if (i % 7 === 0) await clock.advance(0);
    }
    await until(() => running.size === 0, 5_000);
    expect(most).toBe(3);
    expect(runs).toBeGreaterThanOrEqual(10);
  });

  it("pauses longer with each failure of a key and forgets them after a success", async () => {
    const atMs: number[] = [];
    let isBroken = true;
    const { controller, clock, start } = setUp({
      reconcile: () => {
        atMs.push(clock.monotonicMs());
        return isBroken
          ? Promise.reject(new Failure("unavailable", "Down", "down"))
          : Promise.resolve({});
      },
    });
    controller.enqueue("a");
    void start();
    await clock.advance(3_000);
    expect(atMs).toEqual([0, 100, 300, 700, 1_500, 2_500]);
    isBroken = false;
    await clock.advance(1_000);
    isBroken = true;
    controller.enqueue("a");
    await clock.advance(150);
    expect(atMs.slice(6)).toEqual([3_500, 4_000, 4_100]);
  });

  it("serves other keys while one fails all the time and one hangs", async () => {
    const served: string[] = [];
    const { controller, clock, start } = setUp({
      reconcile: (key) => {
        if (key === "hangs") return new Promise(() => undefined);
        if (key === "fails") return Promise.reject(new Failure("bug", "Bad", "bad"));
        served.push(key);
        return Promise.resolve({});
      },
    });
    void start();
    for (const key of ["hangs", "fails", "x", "y", "z"]) controller.enqueue(key);
    await clock.advance(5_000);
    expect(served).toEqual(["x", "y", "z"]);
  });

  it("aborts a pass at its deadline and retries it", async () => {
    const reasons: unknown[] = [];
    const { controller, clock, start } = setUp({
      passTimeoutMs: 20,
      reconcile: (_key, signal) =>
        new Promise((_resolve, reject) => {
          signal.addEventListener("abort", () => {
            reasons.push(signal.reason);
            reject(signal.reason as Error);
          });
        }),
    });
    controller.enqueue("a");
    void start();
    await until(() => reasons.length === 1, 2_000);
    expect(reasons[0]).toMatchObject({ kind: "timeout", reason: "PassTimeout" });
    await clock.advance(100);
    await until(() => reasons.length === 2, 2_000);
  });

  it("takes the worker from a pass that ignores its deadline, but not the key", async () => {
    const runs: string[] = [];
    const { controller, clock, start, logger } = setUp({
      workers: 1,
      passTimeoutMs: 1_000,
      reconcile: (key) => {
        runs.push(key);
        return key === "deaf" ? new Promise(() => undefined) : Promise.resolve({});
      },
    });
    void start();
    controller.enqueue("deaf");
    controller.enqueue("next");
    await clock.advance(10_000);
    expect(runs).toEqual(["deaf"]);
    controller.enqueue("deaf");
    await clock.advance(2_000);
    expect(runs).toEqual(["deaf", "next"]);
    expect(logger.lines.map((line) => line.level)).toEqual(["error"]);
  });

  it("runs again when a pass asks for it", async () => {
    let runs = 0;
    const { controller, clock, start } = setUp({
      reconcile: () => {
        runs += 1;
        return Promise.resolve(runs < 3 ? { requeueAfterMs: 250 } : {});
      },
    });
    controller.enqueue("a");
    void start();
    await clock.advance(10_000);
    expect(runs).toBe(3);
  });

  it("finishes running passes, starts no others, and ends when it is stopped", async () => {
    const started: string[] = [];
    const finish = Promise.withResolvers<Record<string, never>>();
    const { controller, clock, start, stop } = setUp({
      workers: 1,
      reconcile: (key) => {
        started.push(key);
        return finish.promise;
      },
    });
    controller.enqueue("a");
    controller.enqueue("b");
    let isEnded = false;
    const ended = start().then(() => {
      isEnded = true;
    });
    await clock.advance(0);
    stop.abort(new Error("Over"));
    await clock.advance(0);
    expect(isEnded).toBe(false);
    finish.resolve({});
    await ended;
    expect(started).toEqual(["a"]);
  });

  it("counts passes by outcome", async () => {
    const { controller, clock, start, metrics } = setUp({
      reconcile: (key) =>
        key === "good"
          ? Promise.resolve({})
          : Promise.reject(new Failure("denied", "Forbidden", "no")),
    });
    controller.enqueue("good");
    controller.enqueue("bad");
    void start();
    await clock.advance(0);
    const text = await metrics.text();
    expect(text).toMatch(
      /test_reconcile_duration_seconds_count\{controller="things",outcome="ok"\} 1/,
    );
    expect(text).toMatch(/outcome="denied"\} 1/);
  });
});
