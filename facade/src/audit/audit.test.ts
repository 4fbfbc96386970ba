import { mkdtemp, readFile, rename, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";
import { createMetrics, systemClock } from "@open-vcluster/runtime";
import { createFakeClock } from "@open-vcluster/runtime/testing/fake-clock";
import { createRecordingLogger } from "@open-vcluster/runtime/testing/recording-logger";
import { type AuditDeps, type AuditLine, createAudit } from "./audit.ts";
import { createFileSink } from "./file-sink.ts";

const NEVER = new AbortController().signal;

function lineOf(id: number): AuditLine {
  return {
    time: "2026-01-01T00:00:00.000Z",
    stage: "end",
    id: String(id),
    method: "a.B/C",
    decision: "allowed",
    code: "OK",
    durationMs: 1,
    source: "192.0.2.1",
  };
}

function setUp(options: Partial<AuditDeps> = {}) {
  const written: string[] = [];
  const state = { isBroken: false };
  const metrics = createMetrics({ prefix: "" });
  const clock = createFakeClock();
  const audit = createAudit({
    sink: {
      write: (lines) => {
        if (state.isBroken) return Promise.reject(new Error("disk full"));
        written.push(...lines.trimEnd().split("\n"));
        return Promise.resolve();
      },
      close: () => Promise.resolve(),
    },
    clock,
    logger: createRecordingLogger(),
    metrics,
    maxWaiting: 3,
    ...options,
  });
  return { audit, written, state, metrics, clock };
}

const idsOf = (lines: readonly string[]) => lines.map((line) => (JSON.parse(line) as AuditLine).id);

describe("the audit", () => {
  it("writes lines in their order", async () => {
    const { audit, written } = setUp();
    for (let id = 0; id < 1_200; id += 1) audit.add(lineOf(id));
    await audit.close(NEVER);
    expect(idsOf(written)).toEqual(Array.from({ length: 1_200 }, (_, id) => String(id)));
  });

  it("keeps what the sink refuses, says so, lets nobody in without room, and goes on when it works", async () => {
    const { audit, written, state, metrics, clock } = setUp();
    state.isBroken = true;
    for (let id = 0; id < 3; id += 1) {
      audit.requireRoom();
      audit.add(lineOf(id));
    }
    await clock.advance(0);
    expect(audit.check()).toBe("audit lines cannot be written");
    expect(() => {
      audit.requireRoom();
    }).toThrow("Calls cannot be recorded");
    expect(await metrics.text()).toContain("audit_failures_total 1");
    // The end of a call that was let in before.
    audit.add(lineOf(3));
    state.isBroken = false;
    await clock.advance(1_000);
    expect(idsOf(written)).toEqual(["0", "1", "2", "3"]);
    expect(audit.check()).toBe(true);
    audit.requireRoom();
    expect(await metrics.text()).toContain("audit_waiting_lines 0");
  });

  it("does not hold up the end for a sink that does not work", async () => {
    const { audit, state, clock } = setUp();
    state.isBroken = true;
    audit.add(lineOf(0));
    await clock.advance(0);
    await audit.close(NEVER);
  });
});

describe("an audit file", () => {
  let directory: string;
  let path: string;

  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), "facade-audit-"));
    path = join(directory, "audit.log");
  });
  afterEach(async () => {
    await rm(directory, { recursive: true });
  });

  it("is for its owner alone, appended to, and made anew when it was moved away", async () => {
    const { audit } = setUp({ sink: createFileSink(path, systemClock), clock: systemClock });
    audit.add(lineOf(0));
    await audit.close(NEVER);
    expect((await stat(path)).mode & 0o777).toBe(0o600);
    let nowMs = 0;
    const sink = createFileSink(path, { monotonicMs: () => nowMs });
    await sink.write("second\n");
    await rename(path, `${path}.1`);
    nowMs += 1_000;
    await sink.write("third\n");
    await sink.close();
    expect((await readFile(`${path}.1`, "utf8")).trimEnd().split("\n")).toHaveLength(2);
    expect(await readFile(path, "utf8")).toBe("third\n");
  });
});
