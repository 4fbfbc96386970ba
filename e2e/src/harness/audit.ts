import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** The API server's own record of who wrote what. */
export interface Audit {
  readonly apiServerArgs: readonly string[];
  /** Writes by programs whose user agent begins with one of these, as `verb resource namespace/name`, since a moment. */
  writes(userAgents: readonly string[], sinceMs: number): readonly string[];
  /** Watches of instances that such programs opened since a moment. */
  watches(userAgent: string, sinceMs: number): number;
  remove(): void;
}

interface Entry {
  readonly stage: string;
  readonly verb: string;
  readonly userAgent?: string;
  readonly requestReceivedTimestamp: string;
  readonly objectRef?: {
    readonly resource?: string;
    readonly namespace?: string;
    readonly name?: string;
  };
}

const POLICY = {
  apiVersion: "audit.k8s.io/v1",
  kind: "Policy",
  omitStages: ["RequestReceived"],
  rules: [
    {
      level: "Metadata",
      verbs: ["watch"],
      resources: [{ group: "openvcluster.io", resources: ["vclusterinstances"] }],
    },
    { level: "None", verbs: ["get", "list", "watch"] },
    { level: "Metadata" },
  ],
};

/** Prepares a record of all writes. */
export function prepareAudit(): Audit {
  const directory = mkdtempSync(join(tmpdir(), "open-vcluster-audit-"));
  const policy = join(directory, "policy.json");
  const log = join(directory, "audit.log");
  writeFileSync(policy, JSON.stringify(POLICY));
  const entriesOf = (userAgents: readonly string[], sinceMs: number): readonly Entry[] =>
    readFileSync(log, "utf8")
      .split("\n")
      .flatMap(entryIn)
      .filter(({ userAgent = "" }) => userAgents.some((prefix) => userAgent.startsWith(prefix)))
      .filter((entry) => Date.parse(entry.requestReceivedTimestamp) >= sinceMs);
  return {
    apiServerArgs: [`--audit-policy-file=${policy}`, `--audit-log-path=${log}`],
    watches: (userAgent, sinceMs) =>
      entriesOf([userAgent], sinceMs).filter(
        ({ verb, stage }) => verb === "watch" && stage === "ResponseStarted",
      ).length,
    writes: (userAgents, sinceMs) =>
      entriesOf(userAgents, sinceMs)
        .filter(({ verb }) => verb !== "watch")
        .map(({ verb, objectRef }) => {
          const { resource = "", namespace = "", name = "" } = objectRef ?? {};
          return `${verb} ${resource} ${namespace}/${name}`;
        }),
    remove: () => {
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

/** An API server that is killed leaves half a line. */
function entryIn(line: string): readonly Entry[] {
  try {
    return [JSON.parse(line) as Entry];
  } catch {
    return [];
  }
}
