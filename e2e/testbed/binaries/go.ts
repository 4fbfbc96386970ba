import { TestbedError } from "../failure.ts";
import { tryCommand } from "../host/command.ts";

/** Go itself refuses older toolchains for these modules; we say so in one sentence beforehand. */
const NEEDED: readonly [number, number, number] = [1, 26, 3];

/**
 * Makes sure that Go can build the testbed's modules.
 * @throws TestbedError `GoMissing` or `GoTooOld`, saying what to install.
 */
export async function requireGo(cwd: string): Promise<void> {
  const found = await goEnv(cwd);
  if (found === undefined) {
    throw new TestbedError(
      "GoMissing",
      `Go ${NEEDED.join(".")} or newer is needed to build the test cluster's programs, and no "go" is on PATH. ` +
        "Install it from https://go.dev/dl/, or set OPEN_VCLUSTER_BIN to a directory that has the programs.",
    );
  }
  // With any other setting than "local" Go downloads the toolchain that go.mod asks for.
  if (isAtLeast(found.version, NEEDED) || found.toolchain !== "local") return;
  throw new TestbedError(
    "GoTooOld",
    `Go ${NEEDED.join(".")} or newer is needed, ${found.version} was found and GOTOOLCHAIN=local forbids a download. ` +
      "Install a newer Go, or set GOTOOLCHAIN=auto.",
  );
}

async function goEnv(
  cwd: string,
): Promise<{ readonly version: string; readonly toolchain: string } | undefined> {
  try {
    const result = await tryCommand("go", ["env", "GOVERSION", "GOTOOLCHAIN"], { cwd });
    if (result.code === 0) {
      const [version = "", toolchain = ""] = result.stdout.trim().split("\n");
      return { version, toolchain };
    }
    // An old Go with a local toolchain cannot even read these go.mod files.
    const plain = await tryCommand("go", ["version"], { cwd: "/" });
    return { version: /go[\d.]+/.exec(plain.stdout)?.[0] ?? "unknown", toolchain: "local" };
  } catch {
    return undefined;
  }
}

/** Compares "go1.26.8" with a wanted version. */
export function isAtLeast(version: string, wanted: readonly [number, number, number]): boolean {
  const found = /^go(\d+)\.(\d+)(?:\.(\d+))?/.exec(version);
  if (found === null) return false;
  const parts = [found[1], found[2], found[3] ?? "0"].map(Number);
  for (const [index, want] of wanted.entries()) {
    const have = parts[index] ?? 0;
    if (have !== want) return have > want;
  }
  return true;
}
