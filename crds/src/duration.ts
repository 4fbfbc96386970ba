// The same grammar as the schema's rule for durations.
const SHAPE = /^(?:([0-9]{1,5})h)?(?:([0-9]{1,5})m)?(?:([0-9]{1,5})s)?$/;
const SECOND_MS = 1000;
const MINUTE_MS = 60 * SECOND_MS;
const HOUR_MS = 60 * MINUTE_MS;

/**
 * Reads a duration such as `90s`, `5m` or `1h30m`.
 *
 * @returns Milliseconds, or undefined if the text is no duration of the schema's grammar.
 */
export function parseDuration(text: string): number | undefined {
  const match = text === "" ? null : SHAPE.exec(text);
  if (match === null) return undefined;
  const [, hours = "0", minutes = "0", seconds = "0"] = match;
  return Number(hours) * HOUR_MS + Number(minutes) * MINUTE_MS + Number(seconds) * SECOND_MS;
}

/** Writes a duration as people do: `1h30m`, `45s`, `0s`. Fractions of a second are rounded up. */
export function formatDuration(durationMs: number): string {
  const rest = Math.ceil(Math.max(0, durationMs) / SECOND_MS);
  const hours = Math.floor(rest / 3600);
  const minutes = Math.floor((rest % 3600) / 60);
  const seconds = rest % 60;
  const text = [
    hours > 0 ? `${hours}h` : "",
    minutes > 0 ? `${minutes}m` : "",
    seconds > 0 ? `${seconds}s` : "",
  ].join("");
  return text === "" ? "0s" : text;
}
