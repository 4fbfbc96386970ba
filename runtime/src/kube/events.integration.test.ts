import { afterAll, beforeAll, beforeEach, describe, expect, it, jest } from "@jest/globals";
import { createFakeClock, type FakeClock } from "../testing/fake-clock.ts";
import { createRecordingLogger, type RecordingLogger } from "../testing/recording-logger.ts";
import { connectToTestbed, createNamespace } from "../testing/testbed.ts";
import type { KubeClient } from "./client.ts";
import { type EventNote, eventType } from "./event-object.ts";
import { createEventRecorder, type EventRecorder } from "./events.ts";
import { createKubeClient } from "./http-client.ts";

jest.setTimeout(30_000);

let client: KubeClient;
let namespace: string;
let clock: FakeClock;
let logger: RecordingLogger;
let recorder: EventRecorder;

beforeAll(() => {
  client = createKubeClient(connectToTestbed(process.env));
});

afterAll(async () => {
  await client.close();
});

beforeEach(async () => {
  namespace = await createNamespace(client);
  clock = createFakeClock(Date.now());
  logger = createRecordingLogger();
  recorder = createEventRecorder({
    client,
    controller: "example.io/operator",
    instance: "operator-0",
    logger,
    clock,
  });
});

function note(text: string): EventNote {
  return {
    regarding: { apiVersion: "example.io/v1", kind: "Widget", namespace, name: "a", uid: "u-1" },
    type: "Warning",
    reason: "UpgradeFailed",
    action: "Upgrade",
    note: text,
  };
}

const forever = new AbortController().signal;

describe("an event recorder", () => {
  it("writes what users see on the object", async () => {
    recorder.record(note("The image does not exist; correct its name"));
    await recorder.flush(forever);
    const [event, ...others] = await client.list(eventType, { namespace });
    expect(others).toEqual([]);
    expect(event).toMatchObject({
      type: "Warning",
      reason: "UpgradeFailed",
      action: "Upgrade",
      note: "The image does not exist; correct its name",
      reportingController: "example.io/operator",
      reportingInstance: "operator-0",
      regarding: { kind: "Widget", namespace, name: "a", uid: "u-1" },
    });
  });

  it("makes one series of repeats, written at most once a minute", async () => {
    for (let i = 0; i < 5; i += 1) recorder.record(note("Again"));
    await clock.advance(60_000);
    recorder.record(note("Again"));
    await recorder.flush(forever);
    const [event, ...others] = await client.list(eventType, { namespace });
    expect(others).toEqual([]);
    expect(event?.["series"]).toMatchObject({ count: 6 });
  });

  it("writes what another process has told of an occasion only when reminded of what it has not", async () => {
    const occasion = "Ready/Running/1";
    recorder.record({ ...note("Runs after 8 s"), occasion });
    await recorder.flush(forever);
    recorder.remind({ ...note("Runs"), occasion });
    recorder.remind({ ...note("Sleeps"), occasion: "Ready/Suspended/2" });
    await recorder.flush(forever);
    const events = await client.list(eventType, { namespace });
    expect(events.map((event) => event["note"]).sort()).toEqual(["Runs after 8 s", "Sleeps"]);
  });

  it("writes an occasion that came again, with its series", async () => {
    const again = { ...note("Crashes"), occasion: "Ready/CrashLooping/1" };
    recorder.record(again);
    await recorder.flush(forever);
    await clock.advance(400_000);
    recorder.record(again);
    recorder.record(again);
    await recorder.flush(forever);
    const events = await client.list(eventType, { namespace });
    const counts = events.map(
      (event) => (event["series"] as { count?: number } | undefined)?.count,
    );
    expect(counts.sort()).toEqual([2, undefined]);
  });

  it("gives an object a budget, so that a loop cannot flood the cluster", async () => {
    for (let i = 0; i < 100; i += 1) recorder.record(note(`Message ${i}`));
    await recorder.flush(forever);
    expect(await client.list(eventType, { namespace })).toHaveLength(25);
  });

  it("bounds what it writes and drops what the server refuses, with a log line", async () => {
    recorder.record(note("é".repeat(5_000)));
    recorder.record({ ...note("Without a reason"), reason: "" });
    await recorder.flush(forever);
    const [event] = await client.list(eventType, { namespace });
    expect(event?.["note"]).toBe(`${"é".repeat(510)}…`);
    expect(logger.lines.map((line) => line.message)).toEqual(["Event dropped"]);
  });
});
