import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { OperatorProcess } from "./operator-process.ts";
import type { Product } from "./product.ts";
import { waitFor } from "./wait.ts";

/** An effect that the operator was about to have, or had. */
export interface Passed {
  readonly when: "before" | "after";
  readonly effect: string;
  /** `namespace/name`. */
  readonly instance: string;
}

/** An operator that dies again and again and is started again each time. */
export interface Supervisor {
  /** Names of all effects that the operator has. */
  readonly effects: readonly string[];
  /** Every place that was passed so far, by all operators. */
  passed(): readonly Passed[];
  /** Places of the plan at which one died. */
  diedAt(): readonly string[];
  /** How often one ended, for whatever reason. */
  deaths(): number;
  /** SIGKILL, now. */
  kill(): void;
  /** Process id of the one that lives. */
  pid(): number;
  /** The end of every operator's log. */
  lastWords(): string;
  stop(): Promise<void>;
}

/**
 * Starts an operator that dies once at each place of the plan.
 *
 * @param planOf - such as `before createEscrow`, from the names of all effects
 */
export async function superviseOperator(
  product: Product,
  planOf: (effects: readonly string[]) => readonly string[],
  env: Readonly<Record<string, string>>,
): Promise<Supervisor> {
  const directory = mkdtempSync(join(tmpdir(), "open-vcluster-crash-"));
  const file = (name: string): string => join(directory, name);
  const lines = (name: string): readonly string[] =>
    existsSync(file(name)) ? readFileSync(file(name), "utf8").split("\n").slice(0, -1) : [];
  const start = (): OperatorProcess =>
    product.start({
      entry: "operator/src/testing/crash-main.ts",
      env: {
        ...env,
        CRASH_PLAN: file("plan"),
        CRASH_DONE: file("done"),
        CRASH_LOG: file("log"),
        // A Helm that outlives its operator still needs its files.
        WORK_DIRECTORY: file("work"),
      },
    });
  const effects = await effectsOf(start(), () => lines("log"));
  await product.kubectl.run(["delete", "lease", "--all", "-n", product.systemNamespace]);
  writeFileSync(file("plan"), planOf(effects).join("\n"));
  const logs: string[] = [];
  const closing = new AbortController();
  let current = start();
  const lives = (async () => {
    for (;;) {
      await current.ended;
      logs.push(current.log().slice(-3_000));
      if (closing.signal.aborted) return;
      // It is dead for certain, so its successor need not wait until its lease has run out.
      await product.kubectl.run(["delete", "lease", "--all", "-n", product.systemNamespace]);
      current = start();
    }
  })();
  return {
    effects,
    passed: () => lines("log").flatMap(passedIn),
    diedAt: () => lines("done"),
    deaths: () => logs.length,
    kill: () => {
      current.kill("SIGKILL");
    },
    pid: () => current.pid,
    lastWords: () => [...logs.slice(-2), current.log().slice(-6_000)].join("\n--- next ---\n"),
    stop: async () => {
      closing.abort();
      await current.stop();
      await lives;
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

/** What the operator says first; it does not get to do anything. */
async function effectsOf(
  operator: OperatorProcess,
  lines: () => readonly string[],
): Promise<readonly string[]> {
  const first = await waitFor(
    "the operator names its effects",
    () => Promise.resolve(lines().find((line) => line.startsWith("effects "))),
    { intervalMs: 50, describe: () => Promise.resolve(operator.log()) },
  );
  operator.kill("SIGKILL");
  await operator.ended;
  return first.split(" ").slice(1);
}

function passedIn(line: string): readonly Passed[] {
  const [when, effect = "", instance = ""] = line.split(" ");
  return when === "before" || when === "after" ? [{ when, effect, instance }] : [];
}
