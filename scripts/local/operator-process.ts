import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { TestbedError } from "../../e2e/testbed/failure.ts";
import {
  isAlive,
  type ProcessIdentity,
  signalGroup,
  spawnDetached,
  waitGone,
} from "../../e2e/testbed/host/process.ts";
import type { Progress } from "../../e2e/testbed/progress.ts";
import type { Checkout } from "./checkout.ts";
import type { HostCluster } from "./host-cluster.ts";

/** A running operator, as `.local/operator.json` keeps it. */
export interface OperatorProcess {
  readonly identity: ProcessIdentity;
  /** Of code, settings and credentials: another digest asks for a restart. */
  readonly digest: string;
}

/** Longer than a dead leader keeps others from taking over. */
const LEADING_TIMEOUT_MS = 60_000;
const POLL_MS = 250;
/** Longer than the operator gives itself to end in order. */
const STOP_TIMEOUT_MS = 40_000;
const CODE = ["crds", "runtime", "operator"];

/** The operator of this checkout: the one that runs if it is today's, else a new one. */
export async function ensureOperator(
  checkout: Checkout,
  cluster: HostCluster,
  { progress, signal }: { readonly progress: Progress; readonly signal: AbortSignal },
): Promise<OperatorProcess> {
  const settings = settingsOf(checkout, cluster);
  const digest = digestOf(checkout, settings);
  const before = readOperator(checkout);
  if (before !== undefined && (await isAlive(before.identity))) {
    if (before.digest === digest) {
      progress.say(`The operator runs already (process ${String(before.identity.pid)})`);
      return before;
    }
    await progress.step("Stopping the operator: its code or settings changed", () =>
      stopOperator(checkout),
    );
  } else if (before !== undefined) {
    progress.say(`The operator (process ${String(before.identity.pid)}) is gone`);
  }
  return progress.step("Starting the operator", async () => {
    const logged = logOf(checkout).length;
    const identity = await spawnOperator(checkout, settings);
    const started = { identity, digest };
    writeFileSync(checkout.operatorState, JSON.stringify(started), { mode: 0o600 });
    if (!(await leads(checkout, started, logged, signal))) {
      progress.say("The operator waits: another one holds the Lease in open-vcluster-system");
    }
    return started;
  });
}

/** @throws TestbedError `OperatorDied` with the last lines of its log */
export async function requireOperator(
  checkout: Checkout,
  { identity }: OperatorProcess,
): Promise<void> {
  if (await isAlive(identity)) return;
  const tail = logOf(checkout).trim().split("\n").slice(-15).join("\n");
  throw new TestbedError(
    "OperatorDied",
    `The operator ended. The last lines of .local/operator.log:\n${tail}`,
  );
}

/** Waits until the operator says that it leads. Returns false when it does not in time. */
async function leads(
  checkout: Checkout,
  operator: OperatorProcess,
  logged: number,
  signal: AbortSignal,
): Promise<boolean> {
  const endMs = performance.now() + LEADING_TIMEOUT_MS;
  while (!logOf(checkout).slice(logged).includes('"msg":"Leading"')) {
    await requireOperator(checkout, operator);
    if (performance.now() > endMs) return false;
    await sleep(POLL_MS, undefined, { signal });
  }
  return true;
}

/** Ends the operator in order, or by force when that takes too long. Returns whether one ran. */
export async function stopOperator(checkout: Checkout): Promise<boolean> {
  const operator = readOperator(checkout);
  rmSync(checkout.operatorState, { force: true });
  if (operator === undefined || !(await isAlive(operator.identity))) return false;
  // One signal to one process: a second one would make it leave without giving its lease back.
  process.kill(operator.identity.pid, "SIGTERM");
  if (!(await waitGone(operator.identity, STOP_TIMEOUT_MS))) {
    signalGroup(operator.identity.pid, "SIGKILL");
  }
  return true;
}

function logOf(checkout: Checkout): string {
  return existsSync(checkout.operatorLog) ? readFileSync(checkout.operatorLog, "utf8") : "";
}

function readOperator(checkout: Checkout): OperatorProcess | undefined {
  try {
    return JSON.parse(readFileSync(checkout.operatorState, "utf8")) as OperatorProcess;
  } catch {
    return undefined;
  }
}

function spawnOperator(
  checkout: Checkout,
  settings: Readonly<Record<string, string>>,
): Promise<ProcessIdentity> {
  mkdirSync(checkout.operatorWork, { recursive: true, mode: 0o700 });
  const inherited = Object.entries(process.env).filter(
    (entry): entry is [string, string] => entry[1] !== undefined,
  );
  return spawnDetached({
    argv: [
      process.execPath,
      "--conditions=source",
      "--disable-warning=ExperimentalWarning",
      join(checkout.root, "operator", "src", "main.ts"),
    ],
    env: { ...Object.fromEntries(inherited), ...settings },
    logPath: checkout.operatorLog,
    cwd: checkout.root,
  });
}

function settingsOf(checkout: Checkout, cluster: HostCluster): Readonly<Record<string, string>> {
  return {
    KUBECONFIG: checkout.kubeconfig,
    HELM: cluster.helm,
    CHART_SOURCE: `folder:${cluster.charts}`,
    WORK_DIRECTORY: checkout.operatorWork,
    HEALTH_HOST: "127.0.0.1",
    HEALTH_PORT: "0",
  };
}

function digestOf(checkout: Checkout, settings: Readonly<Record<string, string>>): string {
  const hash = createHash("sha256").update(JSON.stringify(settings));
  const files = [checkout.kubeconfig, join(checkout.root, "package-lock.json")];
  for (const file of [...files, ...CODE.flatMap((name) => sources(checkout, name))]) {
    hash.update(`${file}\n`).update(readFileSync(file));
  }
  return hash.digest("hex");
}

function sources(checkout: Checkout, packageName: string): readonly string[] {
  const folder = join(checkout.root, packageName, "src");
  return readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".ts") && !name.endsWith(".test.ts"))
    .sort()
    .map((name) => join(folder, name));
}
