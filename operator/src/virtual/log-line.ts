/** Longest log line that is shown to people. */
const MAX_LINE_LENGTH = 240;

/** Words by which a line tells that something went wrong. */
const TROUBLE =
  /\b(fatal|panic|error|failed|failure|cannot|denied|refused|invalid|no space left|database or disk is full|NOSPACE)\b/i;

const HIDDEN = "[hidden]";

/** Shapes of secrets in logs, each with what stays of the match. */
const SECRETS: readonly (readonly [RegExp, string])[] = [
  [/-----BEGIN [A-Z ]+-----[\s\S]*?(?:-----END [A-Z ]+-----|$)/g, HIDDEN],
  [/\beyJ[\w-]+\.[\w-]+\.?[\w-]*/g, HIDDEN],
  [/\b(bearer|basic)\s+[^\s"',;]+/gi, `$1 ${HIDDEN}`],
  [/(:\/\/)[^\s/@:]*:[^\s/@]*@/g, `$1${HIDDEN}@`],
  [
    /\b([\w-]*(?:password|passwd|secret|token|api[-_]?key|access[-_]?key|credential)[\w-]*["']?\s*[:=]\s*["']?)[^\s"',;&]+/gi,
    `$1${HIDDEN}`,
  ],
  [/\b[A-Za-z0-9+/]{48,}={0,2}/g, HIDDEN],
];

/** Colours and other control characters. */
const CONTROL = /\u001b\[[0-9;]*[A-Za-z]|[\u0000-\u0008\u000b-\u001f\u007f]/g;

/**
 * Picks the line of a log that tells most, made safe for a condition: the last one that speaks of trouble, else the last
 * one; one line, bounded, without secrets and control characters. Pure.
 *
 * @returns `undefined` when the log has no text.
 */
export function tellingLine(log: string): string | undefined {
  const lines = log
    .split("\n")
    .map((line) => line.replace(CONTROL, "").trim())
    .filter((line) => line !== "");
  const line = lines.findLast((candidate) => TROUBLE.test(candidate)) ?? lines.at(-1);
  return line === undefined ? undefined : hideSecrets(line).slice(0, MAX_LINE_LENGTH);
}

/** Replaces what looks like a secret: keys, tokens, passwords, credentials in addresses, long encoded text. Pure. */
export function hideSecrets(text: string): string {
  return SECRETS.reduce((safe, [shape, remains]) => safe.replace(shape, remains), text);
}
