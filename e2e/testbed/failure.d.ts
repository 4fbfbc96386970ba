/**
 * A testbed error that a person can act on: the message says what is wrong and what to do.
 * `reason` is UpperCamelCase and stable, so tests and callers can tell cases apart.
 */
export declare class TestbedError extends Error {
  readonly reason: string;
  constructor(
    reason: string,
    message: string,
    options?: {
      readonly cause?: unknown;
    },
  );
}
/** The text of anything that was thrown. */
export declare function messageOf(error: unknown): string;
//# sourceMappingURL=failure.d.ts.map
