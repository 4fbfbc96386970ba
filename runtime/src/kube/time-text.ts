/** A moment as `metav1.Time` writes it: RFC 3339 in seconds. Pure. @param ms - Epoch milliseconds. */
export function timeText(ms: number): string {
  return new Date(ms).toISOString().replace(/\.\d{3}Z$/, "Z");
}

/** A moment as `metav1.MicroTime` writes it: RFC 3339 in microseconds. Pure. @param ms - Epoch milliseconds. */
export function microTimeText(ms: number): string {
  return new Date(ms).toISOString().replace("Z", "000Z");
}
