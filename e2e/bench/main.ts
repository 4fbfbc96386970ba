import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { stderrProgress } from "../testbed/progress.ts";
import { measureApiCreate } from "./api-create.ts";
import { openApiPlace } from "./api-place.ts";
import { measureApiRead } from "./api-read.ts";
import { ETCD, measureCreate, SQLITE } from "./create.ts";
import { measureFacadeMemory, measureFacadeSizes } from "./facade-memory.ts";
import { measureFirstStatus } from "./first-status.ts";
import { openFleetPlace, untilAllReady } from "./fleet-place.ts";
import { measureIdle } from "./idle.ts";
import { measureEmpty, measureMemory } from "./memory.ts";
import { measureFacadePeak, measureOperatorPeak } from "./memory-limit.ts";
import { openNodePlace } from "./node-place.ts";
import { meetsGoal, type Result, ratioOf, tableOf } from "./result.ts";
import { measureResume } from "./resume.ts";
import { openSnapshotPlace } from "./snapshot-place.ts";
import { measureRestores } from "./snapshot-restore.ts";
import { measureVerify } from "./snapshot-verify.ts";
import { measureScale, measureSnapshots } from "./snapshot-write.ts";
import { measureWatchLag } from "./watch-lag.ts";

// Benchmarks as ratios. Arguments choose among them, all by default. BENCH_COUNT: instances of B2, B8, B8b, B9, B1c, B13 and B13b.
// BENCH_ROUNDS: how often each side is measured. BENCH_IDLE_SECONDS: one round of B9.
const CHOICES = [
  ...["B1", "B1c", "B7", "B13", "B13b"],
  ...["B2", "B8", "B8b", "B9"],
  ...["B3a", "B3b", "B3c"],
  ...["B4", "B5", "B6", "B10", "B11"],
];
const chosen = process.argv.length > 2 ? process.argv.slice(2) : CHOICES;
const count = Number(process.env["BENCH_COUNT"] ?? 1_000);
const rounds = Number(process.env["BENCH_ROUNDS"] ?? 5);
const idleMs = Number(process.env["BENCH_IDLE_SECONDS"] ?? 60) * 1_000;
const outputFile = join(import.meta.dirname, "../../.local/bench.json");

const results: Result[] = [];
const progress = stderrProgress();
const wants = (...ids: readonly string[]): boolean => ids.some((id) => chosen.includes(id));

/** Whoever stops a long run keeps what was measured until then. */
function keep(result: Result): void {
  results.push(result);
  const record = results.map((each) => ({ ...each, ratio: ratioOf(each) }));
  mkdirSync(join(outputFile, ".."), { recursive: true });
  writeFileSync(outputFile, `${JSON.stringify(record, null, 2)}\n`);
  process.stderr.write(`${tableOf([result])}\n`);
}

async function onFleet(): Promise<void> {
  const place = await openFleetPlace("bench");
  try {
    const empty = wants("B8")
      ? await progress.step("B8: the operator without instances", () => measureEmpty(place, rounds))
      : [];
    const instances = await progress.step(`Preparing ${String(count)} releases`, () =>
      place.prepare(count),
    );
    if (wants("B2")) {
      const measure = (): Promise<Result> => measureFirstStatus(place, instances, rounds);
      keep(await progress.step("B2: first status", measure));
    }
    if (wants("B8", "B8b", "B9")) {
      await place.create(instances);
      const operator = await place.lead();
      await progress.step("Waiting for all instances to be ready", () => untilAllReady(place));
      await operator.stop();
    }
    if (wants("B8")) {
      const measure = (): Promise<Result> => measureMemory(place, empty, rounds);
      keep(await progress.step("B8: the operator with all instances", measure));
    }
    if (wants("B8b")) {
      const measure = (): Promise<Result> => measureOperatorPeak(place, rounds);
      keep(await progress.step("B8b: the operator within its limit", measure));
    }
    if (wants("B9")) {
      const measure = (): Promise<Result> => measureIdle(place, rounds, idleMs);
      keep(await progress.step("B9: nothing happens", measure));
    }
  } finally {
    await place.close();
  }
}

async function onApi(): Promise<void> {
  const place = await openApiPlace();
  try {
    if (wants("B1")) {
      const results = await progress.step("B1, B1b: create through the API", () =>
        measureApiCreate(place, rounds),
      );
      results.forEach(keep);
    }
    const empty = wants("B13")
      ? await progress.step("B13: the facade without instances", () =>
          measureFacadeSizes(place, rounds),
        )
      : [];
    if (wants("B1c", "B7", "B13", "B13b")) {
      await progress.step(`Creating ${String(count)} instances`, () => place.fill(count));
    }
    if (wants("B1c")) {
      const measure = (): Promise<readonly Result[]> => measureApiRead(place, count, rounds);
      (await progress.step("B1c: read through the API", measure)).forEach(keep);
    }
    if (wants("B7")) {
      keep(await progress.step("B7: watch lag", () => measureWatchLag(place, rounds)));
    }
    if (wants("B13")) {
      const measure = (): Promise<Result> => measureFacadeMemory(place, empty, rounds);
      keep(await progress.step("B13: the facade with all instances", measure));
    }
    if (wants("B13b")) {
      const measure = (): Promise<Result> => measureFacadePeak(place, count, rounds);
      keep(await progress.step("B13b: the facade within its limit", measure));
    }
  } finally {
    await place.close();
  }
}

async function onNode(): Promise<void> {
  const place = await openNodePlace();
  try {
    for (const store of [ETCD, SQLITE].filter(({ id }) => wants(id))) {
      const measure = (): Promise<Result> => measureCreate(place, store, rounds);
      keep(await progress.step(`${store.id}: ${store.what}`, measure));
    }
    if (wants("B3c")) {
      keep(await progress.step("B3c: resume", () => measureResume(place, rounds)));
    }
  } finally {
    await place.close();
  }
}

async function onStore(): Promise<void> {
  if (wants("B4", "B5")) {
    const place = await openSnapshotPlace();
    try {
      const measure = (): Promise<readonly Result[]> => measureSnapshots(place, rounds);
      (await progress.step("B4, B5: full and incremental snapshots", measure)).forEach(keep);
    } finally {
      await place.close();
    }
  }
  if (wants("B6")) {
    const place = await openSnapshotPlace();
    try {
      const measure = (): Promise<readonly Result[]> => measureRestores(place, rounds);
      (await progress.step("B6: restores", measure)).forEach(keep);
    } finally {
      await place.close();
    }
  }
  if (wants("B10")) {
    const place = await openSnapshotPlace();
    try {
      keep(await progress.step("B10: verify a snapshot", () => measureVerify(place, rounds)));
    } finally {
      await place.close();
    }
  }
  if (wants("B11")) {
    const small = await openSnapshotPlace();
    const large = await openSnapshotPlace();
    try {
      const measure = (): Promise<readonly Result[]> => measureScale(small, large, rounds);
      (await progress.step("B11: a million keys", measure)).forEach(keep);
    } finally {
      await small.close();
      await large.close();
    }
  }
}

if (wants("B1", "B1c", "B7", "B13", "B13b")) await onApi();
if (wants("B2", "B8", "B8b", "B9")) await onFleet();
if (wants("B3a", "B3b", "B3c")) await onNode();
if (wants("B4", "B5", "B6", "B10", "B11")) await onStore();
process.stdout.write(`${tableOf(results)}\n`);
const missed = results.filter((result) => !meetsGoal(result));
for (const { id } of missed) process.stdout.write(`${id} misses its goal.\n`);
process.exitCode = missed.length === 0 ? 0 : 1;
