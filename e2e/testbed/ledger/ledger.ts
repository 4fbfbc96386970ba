import {
  closeSync,
  existsSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  writeSync,
} from "node:fs";
import { join } from "node:path";
import { TestbedError } from "../failure.ts";
import type { LedgerEntry, LedgerHead } from "./entry.ts";

/** What one testbed has made on this machine, in the order in which it was made. */
export interface Ledger {
  readonly head: LedgerHead;
  readonly directory: string;
  /** On disk when this returns. */
  record(entry: LedgerEntry): void;
}

/** A ledger as read from disk. */
export interface LedgerContent {
  readonly head: LedgerHead;
  readonly entries: readonly LedgerEntry[];
}

const FILE = "ledger.jsonl";

/**
 * Starts the ledger of a new testbed in its own directory.
 * @throws TestbedError `TestbedExists` when there is one already.
 */
export function createLedger(directory: string, head: LedgerHead): Ledger {
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  if (existsSync(join(directory, FILE))) {
    throw new TestbedError("TestbedExists", `A testbed named ${head.name} exists; stop it first.`);
  }
  append(directory, head);
  return openLedger(directory, head);
}

/** The ledger of an existing testbed, to add to. */
export function openLedger(directory: string, head: LedgerHead): Ledger {
  return {
    head,
    directory,
    record: (entry) => {
      append(directory, entry);
    },
  };
}

/** Reads a ledger; undefined when the directory has none. A torn last line is ignored. */
export function readLedger(directory: string): LedgerContent | undefined {
  let text: string;
  try {
    text = readFileSync(join(directory, FILE), "utf8");
  } catch {
    return undefined;
  }
  const [head, ...entries] = text.split("\n").flatMap(parseLine);
  if (head === undefined) return undefined;
  return { head: head as LedgerHead, entries: entries as LedgerEntry[] };
}

/** Names of all testbeds of this user that left anything on disk, running or not. */
export function testbedNames(testbedsRoot: string): readonly string[] {
  try {
    return readdirSync(testbedsRoot, { withFileTypes: true })
      .filter((entry) => entry.isDirectory() && !entry.name.startsWith("."))
      .map((entry) => entry.name)
      .sort();
  } catch {
    return [];
  }
}

/** Ports, devices and process marks that testbeds have claimed, whether or not they exist yet. */
export function claims(testbedsRoot: string): {
  readonly ports: ReadonlySet<number>;
  readonly devices: readonly string[];
  readonly marks: readonly string[];
} {
  const ledgers = testbedNames(testbedsRoot).flatMap(
    (name) => readLedger(join(testbedsRoot, name)) ?? [],
  );
  const entries = ledgers.flatMap((ledger) => ledger.entries);
  return {
    marks: ledgers.map((ledger) => ledger.head.mark),
    ports: new Set(entries.flatMap((entry) => (entry.kind === "ports" ? entry.ports : []))),
    devices: entries.flatMap((entry) => (entry.kind === "device" ? [entry.name] : [])),
  };
}

function append(directory: string, value: LedgerEntry | LedgerHead): void {
  const file = openSync(join(directory, FILE), "a", 0o600);
  try {
    writeSync(file, `${JSON.stringify(value)}\n`);
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
}

function parseLine(line: string): unknown[] {
  try {
    return line === "" ? [] : [JSON.parse(line)];
  } catch {
    return [];
  }
}
