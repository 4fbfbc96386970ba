import { Failure } from "@open-vcluster/runtime";
import { rcompare, valid } from "semver";

const SHOWN = 10;

/** The source has no such version. Names the newest that it has. Pure. */
export function chartUnknown(version: string, available: readonly string[]): Failure {
  const versions = available.filter((known) => valid(known) !== null).sort(rcompare);
  const more = versions.length > SHOWN ? ` and ${versions.length - SHOWN} older` : "";
  const list =
    versions.length === 0
      ? "The source holds no version of it"
      : `Available: ${versions.slice(0, SHOWN).join(", ")}${more}`;
  return new Failure("invalid", "ChartUnknown", `There is no vcluster chart ${version}. ${list}.`);
}

/** The source does not answer. */
export function chartUnavailable(
  what: string,
  options: { readonly cause?: unknown; readonly retryAfterMs?: number | undefined } = {},
): Failure {
  const message = `The chart source is not available: ${what}. It is tried again.`;
  return new Failure("unavailable", "ChartUnavailable", message, options);
}

/** The source does not accept who we are. */
export function chartForbidden(host: string, status: number): Failure {
  const message = `The chart source ${host} refuses access (${status}); check the user name and password files.`;
  return new Failure("denied", "ChartForbidden", message);
}

/** The bytes are not what they should be. */
export function chartCorrupt(why: string, cause?: unknown): Failure {
  const message = `The packaged chart cannot be used: ${why}. Publish it again.`;
  return new Failure("corrupt", "ChartCorrupt", message, cause === undefined ? {} : { cause });
}
