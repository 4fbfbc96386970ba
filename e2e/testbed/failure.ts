/**
 * A testbed error that a person can act on: the message says what is wrong and what to do.
 * `reason` is UpperCamelCase and stable, so tests and callers can tell cases apart.
 */
export class TestbedError extends Error {
  readonly reason: string;

  constructor(reason: string, message: string, options?: { readonly cause?: unknown }) {
    super(message, options);
    this.name = "TestbedError";
    this.reason = reason;
  }
}

/** The text of anything that was thrown. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
