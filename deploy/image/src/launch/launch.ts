import type { Writable } from "node:stream";

/** What the image is asked to run. */
export interface Launch {
  /** Arguments after the program. */
  readonly argv: readonly string[];
  readonly version: string;
  readonly stdout: Pick<Writable, "write">;
  readonly stderr: Pick<Writable, "write">;
  /** Runs a program to its end and returns its exit code. */
  readonly run: (name: ProgramName) => Promise<number | string>;
}

/** The programs of the product. */
const PROGRAMS = ["operator", "facade", "snapshot-worker", "snapshot-forwarder"] as const;
type ProgramName = (typeof PROGRAMS)[number];

const USAGE = `Usage: ${PROGRAMS.join("|")} [--version]
Each program is configured by environment variables, which the documentation lists; the operator runs the last two.
`;
const STARTED_WRONGLY = 2;

/** Runs the program that the arguments name, or says its version, and returns the exit code. */
export async function launch({
  argv,
  version,
  stdout,
  stderr,
  run,
}: Launch): Promise<number | string> {
  const [first, ...rest] = argv;
  const name = PROGRAMS.find((each) => each === first);
  const flags = name === undefined ? argv : rest;
  if (flags.length === 1 && flags[0] === "--version") {
    stdout.write(`open-vcluster ${name === undefined ? "" : `${name} `}${version}\n`);
    return 0;
  }
  if (flags.length === 1 && flags[0] === "--help") {
    stdout.write(USAGE);
    return 0;
  }
  if (name === undefined || flags.length > 0) {
    stderr.write(USAGE);
    return STARTED_WRONGLY;
  }
  return run(name);
}
