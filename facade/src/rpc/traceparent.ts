/** W3C Trace Context, version 00; version ff is invalid. */
const TRACEPARENT = /^00-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}$/;

/** The trace that a call belongs to; undefined if it names none, or none that is valid. Pure. */
export function traceparentOf(header: Headers): string | undefined {
  const value = header.get("traceparent") ?? "";
  return TRACEPARENT.test(value) ? value : undefined;
}
