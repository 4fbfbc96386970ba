import { requireGo } from "../../e2e/testbed/binaries/go.ts";
import { TestbedError } from "../../e2e/testbed/failure.ts";
import { requireMachine } from "../../e2e/testbed/node/requirements.ts";
import type { Progress } from "../../e2e/testbed/progress.ts";

/** Why this machine cannot run a level; undefined when it can. */
export interface Levels {
  readonly integration: string | undefined;
  readonly node: string | undefined;
}

/** Which tests with a test cluster this machine can run. As root on Debian it installs what a node needs. */
export async function levelsOf(root: string, progress: Progress): Promise<Levels> {
  const programs = await reasonNot(() => programsCanBeMade(root));
  const node = await reasonNot(async () => {
    await requireMachine(progress);
  });
  return { integration: programs, node: programs ?? node };
}

async function programsCanBeMade(root: string): Promise<void> {
  const { OPEN_VCLUSTER_BIN: given = "" } = process.env;
  if (given === "") await requireGo(root);
}

async function reasonNot(check: () => Promise<void>): Promise<string | undefined> {
  try {
    await check();
    return undefined;
  } catch (error) {
    if (error instanceof TestbedError) return error.message.replaceAll("\n", "\n    ");
    throw error;
  }
}
