import { chmodSync, copyFileSync, mkdirSync } from "node:fs";
import { dirname, join } from "node:path";
import { parseArgs } from "node:util";
import { cacheFor } from "./binaries/cache.ts";
import { BINARY_NAMES, BUILD_GROUPS } from "./binaries/catalog.ts";
import { locateBinaries } from "./binaries/locate.ts";
import { messageOf, TestbedError } from "./failure.ts";
import { locateBrowser } from "./foreign/browser.ts";
import { locateFaketime } from "./foreign/faketime.ts";
import { locatePython } from "./foreign/python.ts";
import { placesOf } from "./host/places.ts";
import { loadProductImage } from "./images/product.ts";
import type { Level, Testbed } from "./info.ts";
import { readLedger, testbedNames } from "./ledger/ledger.ts";
import { removeStale } from "./ledger/stale.ts";
import { stderrProgress } from "./progress.ts";
import { startTestbed } from "./start.ts";
import { attachTestbed, stopTestbed } from "./testbed.ts";
import { locateTool, TOOL_NAMES } from "./tools/locate.ts";

const USAGE = `Usage: node e2e/testbed/cli.ts COMMAND
  up [--level node|controlPlane] [--name NAME] [--kubeconfig FILE]   start, or pick up what runs
  down [--name NAME | --all]                                         remove everything it made
  status                                                             list testbeds and dead components
  build [GROUP...]                                                   build programs into the cache
        groups: ${BUILD_GROUPS.map((group) => group.name).join(" ")}
  image [--name NAME]                                                build the product's image and give it to a node
  foreign                                                            install the clients that tests call the API with`;

const progress = stderrProgress();
const { testbedsRoot, cacheRoot } = placesOf(process.env);

/** An interrupted start removes what it has made so far. */
function interruption(): AbortSignal {
  const controller = new AbortController();
  for (const name of ["SIGINT", "SIGTERM"] as const) {
    process.once(name, () => {
      progress.say(`${name}: removing what was started`);
      controller.abort(new TestbedError("Interrupted", "Interrupted."));
    });
  }
  return controller.signal;
}

async function up(name: string, level: Level, kubeconfig: string | undefined): Promise<void> {
  const running = await keepable(attachTestbed(testbedsRoot, name), level);
  const testbed =
    running ??
    (await startTestbed({ level, name, owner: "nobody", progress, signal: interruption() }));
  if (kubeconfig !== undefined) {
    mkdirSync(dirname(kubeconfig), { recursive: true });
    copyFileSync(testbed.kubeconfigPath, kubeconfig);
    chmodSync(kubeconfig, 0o600);
  }
  process.stdout.write(`kubeconfig  ${kubeconfig ?? testbed.kubeconfigPath}\n`);
  process.stdout.write(`server      ${testbed.server}\n`);
  process.stdout.write(`charts      ${testbed.chartsDirectory}\n`);
  if (testbed.minio) process.stdout.write(`s3          ${testbed.minio.endpoint}\n`);
  process.stdout.write(`details     ${join(testbed.directory, "testbed.json")}\n`);
}

/** The running testbed if it can serve; a broken or smaller one is removed. */
async function keepable(running: Testbed | undefined, level: Level): Promise<Testbed | undefined> {
  if (running === undefined) return undefined;
  const problems = await running.health();
  if (problems.length === 0 && (running.level === "node" || level === "controlPlane")) {
    progress.say(`Testbed ${running.name} runs already`);
    return running;
  }
  for (const problem of problems) progress.say(problem);
  await progress.step(`Removing testbed ${running.name} to start it anew`, () => running.stop());
  return undefined;
}

async function down(names: readonly string[]): Promise<void> {
  for (const name of names) {
    await progress.step(`Removing testbed ${name}`, () => stopTestbed(testbedsRoot, name));
  }
  await removeStale(testbedsRoot, progress);
}

async function status(): Promise<void> {
  for (const name of testbedNames(testbedsRoot)) {
    const head = readLedger(join(testbedsRoot, name))?.head;
    const testbed = attachTestbed(testbedsRoot, name);
    const problems = testbed === undefined ? ["not ready"] : await testbed.health();
    const state = problems.length === 0 ? "running" : problems.join("\n");
    process.stdout.write(`${name}\t${head?.level ?? "?"}\t${testbed?.server ?? "-"}\t${state}\n`);
  }
}

async function build(groups: readonly string[]): Promise<void> {
  const wanted = BUILD_GROUPS.filter((group) => groups.length === 0 || groups.includes(group.name));
  const names = BINARY_NAMES.filter((name) => wanted.some((group) => group.packages[name]));
  const cache = cacheFor(cacheRoot);
  const signal = interruption();
  const found = await locateBinaries(names, { cache, progress, env: process.env, signal });
  for (const [name, path] of Object.entries(found)) process.stdout.write(`${name}\t${path}\n`);
}

async function image(name: string): Promise<void> {
  const testbed = attachTestbed(testbedsRoot, name);
  if (testbed === undefined) throw new TestbedError("NotRunning", `Testbed ${name} does not run.`);
  const { reference } = await progress.step("Building and importing the product's image", () =>
    loadProductImage(testbed),
  );
  process.stdout.write(`image       ${reference}\n`);
}

async function foreign(): Promise<void> {
  process.stdout.write(`python\t${await locatePython(cacheRoot, progress)}\n`);
  process.stdout.write(`browser\t${await locateBrowser(progress)}\n`);
  process.stdout.write(`faketime\t${await locateFaketime(progress)}\n`);
  for (const name of TOOL_NAMES) {
    process.stdout.write(`${name}\t${await locateTool(name, cacheRoot, progress)}\n`);
  }
}

async function main(argv: readonly string[]): Promise<void> {
  const { values, positionals } = parseArgs({
    args: [...argv],
    allowPositionals: true,
    options: {
      level: { type: "string", default: "node" },
      name: { type: "string", default: "local" },
      kubeconfig: { type: "string" },
      all: { type: "boolean", default: false },
    },
  });
  const [command, ...rest] = positionals;
  if (values.level !== "node" && values.level !== "controlPlane") {
    throw new TestbedError("Usage", `--level is node or controlPlane.\n${USAGE}`);
  }
  switch (command) {
    case "up":
      return up(values.name, values.level, values.kubeconfig);
    case "down":
      return down(values.all ? testbedNames(testbedsRoot) : [values.name]);
    case "status":
      return status();
    case "build":
      return build(rest);
    case "image":
      return image(values.name);
    case "foreign":
      return foreign();
    default:
      throw new TestbedError("Usage", USAGE);
  }
}

try {
  await main(process.argv.slice(2));
} catch (error) {
  process.stderr.write(`${messageOf(error)}\n`);
  process.exitCode = 1;
}
