/** What a finished command said. */
export interface CommandResult {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}
/** How to run a command; `env` replaces the environment when given. */
export interface CommandOptions {
  readonly cwd?: string;
  readonly env?: NodeJS.ProcessEnv;
  readonly input?: string;
  readonly signal?: AbortSignal;
  readonly timeoutMs?: number;
}
/** Runs a command to its end and returns what it said; never throws for a non-zero exit. */
export declare function tryCommand(
  file: string,
  args: readonly string[],
  options?: CommandOptions,
): Promise<CommandResult>;
/**
 * Runs a command and returns its standard output.
 * @throws TestbedError `CommandFailed` with the last lines of what it said.
 */
export declare function runCommand(
  file: string,
  args: readonly string[],
  options?: CommandOptions,
): Promise<string>;
//# sourceMappingURL=command.d.ts.map
