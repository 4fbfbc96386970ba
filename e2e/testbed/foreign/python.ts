import { createHash } from "node:crypto";
import { existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { TestbedError } from "../failure.ts";
import { runCommand, tryCommand } from "../host/command.ts";
import { withLock } from "../host/lock.ts";
import { findTool, installPackages } from "../host/tool.ts";
import type { Progress } from "../progress.ts";

/** Directory of a Python's own programs: `python`, `st` and others. */
export type PythonBin = string;

/** What the packages in requirements.txt ask for. */
const NEEDED: readonly [number, number] = [3, 11];
const DEBIAN_PACKAGES = ["python3", "python3-venv"];
const REQUIREMENTS = join(import.meta.dirname, "requirements.txt");

/**
 * A Python of its own with the packages of requirements.txt, made once in the cache; later runs need no network.
 *
 * @param cacheRoot - usually `~/.cache/open-vcluster`
 * @throws TestbedError `PythonMissing` with what to install, `CommandFailed` with what pip said
 */
export async function locatePython(cacheRoot: string, progress: Progress): Promise<PythonBin> {
  const { path, version } = await systemPython(progress);
  const requirements = readFileSync(REQUIREMENTS);
  const hash = createHash("sha256").update(`${path} ${version}\n`).update(requirements);
  const directory = join(cacheRoot, `python-${hash.digest("hex").slice(0, 16)}`);
  const complete = join(directory, "complete");
  const bin = join(directory, "bin");
  if (existsSync(complete)) return bin;
  await withLock(`${directory}.lock`, async () => {
    if (existsSync(complete)) return;
    rmSync(directory, { recursive: true, force: true });
    await progress.step("Installing the Python packages of the tests", async () => {
      await runCommand(path, ["-m", "venv", directory]);
      const python = join(bin, "python");
      const install = ["install", "--quiet", "--only-binary=:all:", "--no-deps"];
      await runCommand(python, ["-m", "pip", ...install, "-r", REQUIREMENTS]);
      await runCommand(python, ["-m", "pip", "check"]);
    });
    writeFileSync(complete, "");
  });
  return bin;
}

interface SystemPython {
  readonly path: string;
  readonly version: string;
}

async function systemPython(progress: Progress): Promise<SystemPython> {
  const found = await usablePython();
  if (typeof found !== "string") return found;
  await installPackages(DEBIAN_PACKAGES, progress);
  const afterwards = await usablePython();
  if (typeof afterwards !== "string") return afterwards;
  throw new TestbedError(
    "PythonMissing",
    `Python ${NEEDED.join(".")} or newer with the module venv is needed to test the API with foreign clients, and ` +
      `${afterwards}. Install it (Debian packages ${DEBIAN_PACKAGES.join(" and ")}).`,
  );
}

/** The machine's Python, or what is wrong with it. */
async function usablePython(): Promise<SystemPython | string> {
  const path = findTool("python3");
  if (path === undefined) return 'no "python3" is on PATH';
  const script = "import sys, ensurepip, venv; print(sys.version.split()[0], sys.base_prefix)";
  const { code, stdout } = await tryCommand(path, ["-c", script]);
  if (code !== 0) return `${path} has no module venv`;
  const version = stdout.trim();
  const [major = 0, minor = 0] = version.split(".").map(Number);
  const isNewEnough = major > NEEDED[0] || (major === NEEDED[0] && minor >= NEEDED[1]);
  return isNewEnough ? { path, version } : `${path} is ${version}`;
}
