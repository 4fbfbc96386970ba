import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { runCommand } from "../../testbed/host/command.ts";
import { placesOf } from "../../testbed/host/places.ts";
import { stderrProgress } from "../../testbed/progress.ts";
import { locateTool } from "../../testbed/tools/locate.ts";

/** What a tool makes of an object. */
export interface Opinion {
  readonly status: string;
  readonly message: string;
}

/** What both tools make of an object. */
export interface Verdict {
  readonly argocd: Opinion;
  /** Of kstatus, which Flux goes by. */
  readonly kstatus: Opinion;
  /** Argo CD would show it as OutOfSync. */
  readonly differs: boolean;
}

/** An object as it lives, and what Git asks for where that is compared. */
export interface Subject {
  readonly live: object;
  readonly desired?: object;
}

const CONFIG = join(import.meta.dirname, "../../../deploy/gitops/argocd/argocd-cm.yaml");
const KEY = "resource.customizations.health.";

/** Asks the tools' own code, with the health scripts that users paste. One verdict for each subject, in order. */
export async function judge(subjects: readonly Subject[]): Promise<readonly Verdict[]> {
  const { cacheRoot } = placesOf(process.env);
  const tool = await locateTool("gitops-health", cacheRoot, stderrProgress());
  const question = { healthScripts: pastedScripts(), objects: subjects };
  return JSON.parse(
    await runCommand(tool, [], { input: JSON.stringify(question) }),
  ) as readonly Verdict[];
}

/** By group/kind, as Argo CD reads the keys of its ConfigMap. */
function pastedScripts(): Readonly<Record<string, string>> {
  const { data } = parse(readFileSync(CONFIG, "utf8")) as {
    readonly data: Readonly<Record<string, string>>;
  };
  return Object.fromEntries(
    Object.entries(data).map(([key, script]) => [key.slice(KEY.length).replace("_", "/"), script]),
  );
}
