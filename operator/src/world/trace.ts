/** `VERSION-TRACE-SPAN-FLAGS`; an all-zero trace is none. Source: W3C Trace Context. */
const TRACEPARENT = /^[0-9a-f]{2}-(?!0{32})([0-9a-f]{32})-[0-9a-f]{16}-[0-9a-f]{2}/;

/** The fields by which log lines belong to the call that caused them; none for what is no trace context. Pure. */
export function traceFields(
  traceparent: string | undefined,
): Readonly<Partial<Record<"traceId", string>>> {
  const traceId = TRACEPARENT.exec(traceparent ?? "")?.[1];
  return traceId === undefined ? {} : { traceId };
}
