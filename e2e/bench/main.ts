import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { stderrProgress } from "../testbed/progress.ts";
import { ETCD, measureCreate, SQLITE } from "./create.ts";
import { measureFirstStatus } from "./first-status.ts";
import { openFleetPlace, untilAllReady } from "./fleet-place.ts";
import { measureIdle } from "./idle.ts";
import { measureEmpty, measureMemory } from "./memory.ts";
import { openNodePlace } from "./node-place.ts";
import { type Result, ratioOf, tableOf } from "./result.ts";
import { measureResume } from "./resume.ts";

// Benchmarks as ratios. Arguments choose among them, all by default. BENCH_COUNT: instances of B2, B8 and B9. BENCH_ROUNDS:
// how often each side is measured. BENCH_IDLE_SECONDS: one round of B9.
const CHOICES = ["B2", "B8", "B9", "B3a", "B3b", "B3c"];
const chosen = process.argv.length > 2 ? process.argv.slice(2) : CHOICES;
const count = Number(process.env["BENCH_COUNT"] ?? 1_000);
const rounds = Number(process.env["BENCH_ROUNDS"] ?? 5);
const idleMs = Number(process.env["BENCH_IDLE_SECONDS"] ?? 60) * 1_000;
const outputFile = join(import.meta.dirname, "../../.local/bench.json");

const progress = stderrProgress();
const wants = (...ids: readonly string[]): boolean => ids.some((id) => chosen.includes(id));

async function onFleet(): Promise<readonly Result[]> {
  const place = await openFleetPlace("bench");
  const results: Result[] = [];
  try {
    const empty = wants("B8")
      ? await progress.step("B8: the operator without instances", () => measureEmpty(place, rounds))
      : [];
    const instances = await progress.step(`Preparing ${String(count)} releases`, () =>
      place.prepare(count),
    );
    if (wants("B2")) {
      const measure = (): Promise<Result> => measureFirstStatus(place, instances, rounds);
      results.push(await progress.step("B2: first status", measure));
    }
    if (wants("B8", "B9")) {
      await place.create(instances);
      const operator = await place.lead();
      await progress.step("Waiting for all instances to be ready", () => untilAllReady(place));
      await operator.stop();
    }
    if (wants("B8")) {
      const measure = (): Promise<Result> => measureMemory(place, empty, rounds);
      results.push(await progress.step("B8: the operator with all instances", measure));
    }
    if (wants("B9")) {
      const measure = (): Promise<Result> => measureIdle(place, rounds, idleMs);
      results.push(await progress.step("B9: nothing happens", measure));
    }
    return results;
  } finally {
    await place.close();
  }
}

async function onNode(): Promise<readonly Result[]> {
  const place = await openNodePlace();
  const results: Result[] = [];
  try {
    for (const store of [ETCD, SQLITE].filter(({ id }) => wants(id))) {
      const measure = (): Promise<Result> => measureCreate(place, store, rounds);
      results.push(await progress.step(`${store.id}: ${store.what}`, measure));
    }
    if (wants("B3c")) {
      results.push(await progress.step("B3c: resume", () => measureResume(place, rounds)));
    }
    return results;
  } finally {
    await place.close();
  }
}

const results = [
  ...(wants("B2", "B8", "B9") ? await onFleet() : []),
  ...(wants("B3a", "B3b", "B3c") ? await onNode() : []),
];
mkdirSync(join(outputFile, ".."), { recursive: true });
const record = results.map((result) => ({ ...result, ratio: ratioOf(result) }));
writeFileSync(outputFile, `${JSON.stringify(record, null, 2)}\n`);
process.stdout.write(`${tableOf(results)}\n`);
const missed = results.filter((result) => !(ratioOf(result) <= result.goal));
for (const { id } of missed) process.stdout.write(`${id} misses its goal.\n`);
process.exitCode = missed.length === 0 ? 0 : 1;
