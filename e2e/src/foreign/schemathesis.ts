import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { locatePython } from "../../testbed/foreign/python.ts";
import { type CommandResult, tryCommand } from "../../testbed/host/command.ts";
import { placesOf } from "../../testbed/host/places.ts";
import { stderrProgress } from "../../testbed/progress.ts";
import type { Access } from "./foreign-client.ts";

/** How long and where a run calls. */
export interface FuzzOptions extends Access {
  /** Namespace of all paths that name one. */
  readonly namespace: string;
  /** Ids of what exists. */
  readonly ids: readonly string[];
  readonly seconds: number;
  readonly seed: number;
}

const CHECKS = [
  "not_a_server_error",
  "status_code_conformance",
  "content_type_conformance",
  "response_headers_conformance",
  "response_schema_conformance",
];
/** Calls that would wait longer are cut off by the server. */
const DEADLINE_MS = 2_000;

/** Lets schemathesis make calls up from `/openapi.json`; its exit code is 0 if every answer was as documented. */
export async function fuzzOpenApi(options: FuzzOptions): Promise<CommandResult> {
  const bin = await locatePython(placesOf(process.env).cacheRoot, stderrProgress());
  const directory = mkdtempSync(join(tmpdir(), "open-vcluster-schemathesis-"));
  const config = join(directory, "schemathesis.toml");
  writeFileSync(config, configOf(options));
  try {
    return await tryCommand(
      join(bin, "st"),
      [
        `--config-file=${config}`,
        "run",
        `http://127.0.0.1:${String(options.port)}/openapi.json`,
        `--max-time=${String(options.seconds)}`,
        `--seed=${String(options.seed)}`,
        `--checks=${CHECKS.join(",")}`,
        `--header=Authorization: Bearer ${options.token}`,
        `--header=Connect-Timeout-Ms: ${String(DEADLINE_MS)}`,
        // A watch has no end.
        "--exclude-path-regex=:watch$",
        "--no-color",
      ],
      { cwd: directory },
    );
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

/** How often a word is taken where there are some; the others are made up. */
const WORD_PROBABILITY = 0.8;

/**
 * Words, so that many calls are well-formed and meet what others made: the document leaves it to the descriptions which
 * texts are allowed. What comes later is UNIMPLEMENTED; deadlines pass.
 */
function configOf({ namespace, ids }: FuzzOptions): string {
  const words: Readonly<Record<string, readonly (string | number)[]>> = {
    "path.name": ["one", "two"],
    "path.id": ids,
    "body.name": ["one", "two"],
    "body.owner": [""],
    "body.project": ["", "shop"],
    "body.requestId": ["", "1", "2"],
    "body.timeoutSeconds": [0, 1],
    "body.etag": [""],
    "query.namespace": ["", namespace],
    "query.requestId": ["", "1", "2"],
    "query.gracePeriodSeconds": [0, 5],
    "query.etag": [""],
    "query.pageSize": [0, 1, 100],
    "query.pageToken": [""],
    "query.labelSelector": ["", "tier=web", "tier in (a,b)"],
    "query.orderBy": ["", "name", "-create_time"],
    "query.minResourceVersion": [""],
    "query.format": ["", "token", "exec"],
    "query.validityHours": [0, 24],
  };
  const texts = Object.entries(words).map(([parameter, values]) => {
    const dictionary = parameter.replace(".", "-");
    return {
      definition: `${dictionary} = { values = ${JSON.stringify(values)} }`,
      binding: `"${parameter}" = { dictionary = "${dictionary}", probability = ${String(WORD_PROBABILITY)} }`,
    };
  });
  return `[dictionaries]
${texts.map(({ definition }) => definition).join("\n")}

[parameters]
"path.namespace" = ${JSON.stringify(namespace)}
${texts.map(({ binding }) => binding).join("\n")}

[checks.not_a_server_error]
expected-statuses = ["2xx", "3xx", "4xx", 501, 504]
`;
}
