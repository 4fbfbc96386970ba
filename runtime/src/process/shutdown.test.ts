import { EventEmitter } from "node:events";
import { describe, expect, it } from "@jest/globals";
import { createFakeClock } from "../testing/fake-clock.ts";
import { createRecordingLogger } from "../testing/recording-logger.ts";
import { createShutdown } from "./shutdown.ts";

function setUp() {
  const clock = createFakeClock();
  const exits: number[] = [];
  const signals = new EventEmitter();
  const port = Object.assign(signals, { exit: (code: number) => void exits.push(code) });
  const logger = createRecordingLogger();
  const shutdown = createShutdown({ deadlineMs: 5_000, logger, clock, process: port });
  return { clock, exits, signals, shutdown };
}

describe("a shutdown", () => {
  it("closes in the reverse order of opening, one after the other", async () => {
    const { signals, shutdown } = setUp();
    const closed: string[] = [];
    for (const name of ["metrics", "client", "controller"]) {
      shutdown.onClose(name, async () => {
        closed.push(`${name} begins`);
        await Promise.resolve();
        closed.push(`${name} ends`);
      });
    }
    signals.emit("SIGTERM");
    expect(shutdown.signal.aborted).toBe(true);
    expect(await shutdown.done).toBe(0);
    expect(closed).toEqual([
      "controller begins",
      "controller ends",
      "client begins",
      "client ends",
      "metrics begins",
      "metrics ends",
    ]);
    expect(signals.listenerCount("SIGTERM")).toBe(0);
  });

  it("gives up at the deadline and tells the step", async () => {
    const { clock, signals, shutdown } = setUp();
    let stepSignal: AbortSignal | undefined;
    shutdown.onClose("hangs", (signal) => {
      stepSignal = signal;
      return new Promise(() => undefined);
    });
    signals.emit("SIGINT");
    await clock.advance(5_000);
    expect(await shutdown.done).toBe(1);
    expect(stepSignal?.aborted).toBe(true);
  });

  it("goes on after a step that fails, and ends with 1", async () => {
    const { shutdown } = setUp();
    let isClosed = false;
    shutdown.onClose("fine", () => {
      isClosed = true;
    });
    shutdown.onClose("fails", () => Promise.reject(new Error("no")));
    shutdown.request("test");
    expect(await shutdown.done).toBe(1);
    expect(isClosed).toBe(true);
  });

  it("exits at once at the second signal", () => {
    const { exits, signals, shutdown } = setUp();
    shutdown.onClose("hangs", () => new Promise(() => undefined));
    signals.emit("SIGTERM");
    expect(exits).toEqual([]);
    signals.emit("SIGTERM");
    expect(exits).toEqual([1]);
  });

  it("ends with the code that was asked for", async () => {
    const { shutdown } = setUp();
    shutdown.request("leadership was lost", 3);
    expect(await shutdown.done).toBe(3);
  });
});
