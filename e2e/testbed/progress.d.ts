/** Says what is being done; a long step prints again so that nobody thinks it hangs. */
export interface Progress {
  /** One line, with the seconds since the start of the program. */
  say(text: string): void;
  /** Runs `work`, saying when it starts and how long it took; every 15 s it says that it still runs. */
  step<T>(text: string, work: () => Promise<T>): Promise<T>;
}
/**
 * @param write - receives complete lines without a line end
 * @param nowMs - a monotonic clock
 */
export declare function createProgress(
  write: (line: string) => void,
  nowMs?: () => number,
): Progress;
/** Progress on stderr, so that stdout stays free for results. */
export declare function stderrProgress(): Progress;
/** Says nothing; for tests. */
export declare const silentProgress: Progress;
//# sourceMappingURL=progress.d.ts.map
