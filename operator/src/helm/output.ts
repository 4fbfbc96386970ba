import { Failure, type FailureKind } from "@open-vcluster/runtime";

/** How a Helm process ended, as far as its output tells. */
export interface HelmEnd {
  /** Absent when a signal ended it. */
  readonly exitCode?: number;
  readonly stdout: string;
  readonly stderr: string;
  readonly endedBy: "itself" | "deadline" | "caller";
}

interface Rule {
  readonly pattern: RegExp;
  readonly kind: FailureKind;
  readonly reason: string;
  /** A sentence for users; `detail` is the matched part, without quoted values. */
  readonly say: (detail: string, match: RegExpExecArray) => string;
}

const MAX_DETAIL = 400;
const MAX_WARNINGS = 10;

/**
 * What Helm prints when it fails, in order of precedence. Texts are those of helm v3.21.4 and of the Kubernetes API server;
 * each is provoked for real in the tests.
 */
const RULES: readonly Rule[] = [
  {
    pattern:
      /another operation \(install\/upgrade\/rollback\) is in progress|release: already exists|secrets "sh\.helm\.release\.v1\.[^"]+" not found/,
    kind: "conflict",
    reason: "ReleasePending",
    say: () => "Another Helm run holds this release; it is tried again when that one has ended.",
  },
  {
    pattern:
      /values don't meet the specifications of the schema[^\n]*\n(?:[^\n:]+:\n)?((?:- [^\n]+\n?)+)/,
    kind: "invalid",
    reason: "ValuesRejected",
    say: (_detail, match) =>
      `The chart's schema refuses these values: ${clip(oneLine(match[1] ?? ""))}. Correct them at these paths.`,
  },
  {
    pattern: /because it is being terminated/,
    kind: "precondition",
    reason: "NamespaceTerminating",
    say: () => "The target namespace is being deleted; wait until it is gone.",
  },
  {
    pattern: /namespaces "([^"]+)" not found/,
    kind: "notFound",
    reason: "NamespaceUnknown",
    say: (_detail, match) => `The target namespace ${match[1] ?? ""} does not exist.`,
  },
  {
    pattern: /exceeded quota: ([^,\s]+)[^\n]*/,
    kind: "exhausted",
    reason: "QuotaExceeded",
    say: (detail) =>
      `A ResourceQuota of the target namespace is used up: ${detail}. Raise it or free what it counts.`,
  },
  {
    pattern: /attempting to grant RBAC permissions not currently held:\s*([\s\S]*)/,
    kind: "denied",
    reason: "ReleaseForbidden",
    say: (_detail, match) =>
      `The chart grants rules that the operator does not hold: ${clip(oneLine(match[1] ?? ""))}. Add them to the operator's ClusterRole.`,
  },
  {
    pattern:
      /cannot (\w+) resource "([^"]+)" in API group "([^"]*)"(?: in the namespace "([^"]+)"| at the cluster scope)?/,
    kind: "denied",
    reason: "ReleaseForbidden",
    say: (_detail, match) =>
      `The operator may not ${match[1] ?? ""} ${match[2] ?? ""}${group(match[3])}${scope(match[4])}. Add this rule to its role.`,
  },
  {
    pattern: /(ValidatingAdmissionPolicy '[^']+'|admission webhook "[^"]+")[^\n]* denied[^\n]*/,
    kind: "denied",
    reason: "AdmissionDenied",
    say: (detail) =>
      `An admission rule of the host cluster refuses an object of the chart: ${detail}.`,
  },
  {
    pattern: /\b(\w+) "([^"]+)" in namespace "[^"]*" exists and cannot be imported/,
    kind: "alreadyExists",
    reason: "ReleaseObjectExists",
    say: (_detail, match) =>
      `${match[1] ?? ""} ${match[2] ?? ""} exists in the target namespace and does not belong to this release. Remove or rename it.`,
  },
  {
    pattern: /no matches for kind "([^"]+)" in version "([^"]+)"/,
    kind: "invalid",
    reason: "HostApiMissing",
    say: (_detail, match) =>
      `The host cluster does not know ${match[1] ?? ""} (${match[2] ?? ""}), which these settings need. Install it or switch the setting off.`,
  },
  {
    pattern: /execution error at \(([^)]+)\): ([^\n]+)/,
    kind: "invalid",
    reason: "RenderFailed",
    say: (_detail, match) => `The chart refuses these values: ${clip(match[2] ?? "")}.`,
  },
  {
    pattern:
      /Kubernetes cluster unreachable|connection refused|connection reset|i\/o timeout|TLS handshake timeout|unexpected EOF|: EOF|no route to host|context deadline exceeded|Client\.Timeout|etcdserver: |currently unable to handle the request|Too Many Requests|too many requests|server was unable to return a response|http2: |the object has been modified/,
    kind: "unavailable",
    reason: "HelmUnavailable",
    say: () => "The host's API server did not answer Helm; it is tried again.",
  },
  {
    pattern:
      /is invalid: [^\n]*|cannot be handled as a [^\n]*|error validating [^\n]*|cannot patch [^\n]*/,
    kind: "invalid",
    reason: "ReleaseRejected",
    say: (detail) => `The host's API server refuses an object of the chart: ${detail}.`,
  },
  {
    pattern:
      /unable to decode "": [^\n]*|error while running post render on files[^\n]*|YAML parse error on [^\n]*|parse error at [^\n]*|template: [^\n]*/,
    kind: "invalid",
    reason: "RenderFailed",
    say: (detail) => `The chart does not render with these values: ${detail}.`,
  },
  {
    pattern: /release has no (\d+) version/,
    kind: "notFound",
    reason: "RevisionUnknown",
    say: (_detail, match) => `Revision ${match[1] ?? ""} of the release is no longer kept.`,
  },
  {
    pattern: /release: not found|has no deployed releases/,
    kind: "notFound",
    reason: "ReleaseUnknown",
    say: () => "There is no such release to act on.",
  },
  {
    pattern:
      /path "[^"]*" not found|gzip: invalid header|does not appear to be a gzipped archive|Chart\.yaml file is missing/,
    kind: "corrupt",
    reason: "ChartCorrupt",
    say: () => "The packaged chart cannot be read; it is fetched again.",
  },
];

/**
 * Turns the end of a Helm process into the failure that it means. Pure. The message never holds the command line, and of
 * values only what the chart's schema or the API server complains about, without the offending text.
 *
 * @returns `undefined` for success.
 */
export function failureOfEnd(end: HelmEnd, deadlineMs: number): Failure | undefined {
  if (end.endedBy === "deadline") {
    const message = `Helm did not end within ${deadlineMs / 1000} s and was stopped; what it left is looked at before the next try.`;
    return new Failure("timeout", "HelmDeadline", message);
  }
  if (end.endedBy === "itself" && end.exitCode === 0) return undefined;
  if (end.endedBy === "caller" || end.exitCode === undefined) {
    return new Failure("unavailable", "HelmInterrupted", "Helm was stopped before it had ended.");
  }
  return failureOfText(end.stderr, end.exitCode);
}

/** The revision that Helm says it deployed; `undefined` if it does not say. Pure. */
export function revisionIn(stdout: string): number | undefined {
  const match = /^REVISION: (\d+)$/m.exec(stdout);
  return match?.[1] === undefined ? undefined : Number(match[1]);
}

/** Remarks of the API server that Helm printed, each once. Pure. */
export function warningsIn(stderr: string): readonly string[] {
  const found = [...stderr.matchAll(/"Warning: ((?:[^"\\]|\\.)*)"/g)].map((match) =>
    clip((match[1] ?? "").replaceAll('\\"', '"')),
  );
  return [...new Set(found)].slice(0, MAX_WARNINGS);
}

function failureOfText(stderr: string, exitCode: number): Failure {
  for (const rule of RULES) {
    const match = rule.pattern.exec(stderr);
    if (match === null) continue;
    return new Failure(rule.kind, rule.reason, rule.say(clip(withoutValues(match[0])), match));
  }
  const said = /^Error: ([^\n]*)/m.exec(stderr)?.[1] ?? "";
  const detail = said === "" ? "" : `: ${clip(withoutValues(said))}`;
  return new Failure("bug", "HelmFailed", `Helm failed with exit code ${exitCode}${detail}.`);
}

/** The API server repeats what it refuses after `Invalid value:`, and long quoted texts may be values as well. */
function withoutValues(text: string): string {
  return oneLine(text)
    .replace(/Invalid value: (?:"(?:[^"\\]|\\.)*"|\{[^}]*\}|\[[^\]]*\]|[^\s:]+)/g, "Invalid value")
    .replace(/"(?:[^"\\]|\\.){64,}"/g, '"…"');
}

function oneLine(text: string): string {
  return text
    .trim()
    .replace(/\s*\n\s*(?:- )?/g, "; ")
    .replace(/^- /, "");
}

function clip(text: string): string {
  const plain = text.replace(/\.$/, "");
  return plain.length <= MAX_DETAIL ? plain : `${plain.slice(0, MAX_DETAIL)}…`;
}

function group(name: string | undefined): string {
  return name === undefined || name === "" ? "" : `.${name}`;
}

function scope(namespace: string | undefined): string {
  return namespace === undefined ? " in the whole cluster" : ` in namespace ${namespace}`;
}
