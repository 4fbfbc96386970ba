/**
 * Makes sure that Go can build the testbed's modules.
 * @throws TestbedError `GoMissing` or `GoTooOld`, saying what to install.
 */
export declare function requireGo(cwd: string): Promise<void>;
/** Compares "go1.26.8" with a wanted version. */
export declare function isAtLeast(
  version: string,
  wanted: readonly [number, number, number],
): boolean;
//# sourceMappingURL=go.d.ts.map
