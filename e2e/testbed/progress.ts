/** Says what is being done; a long step prints again so that nobody thinks it hangs. */
export interface Progress {
  /** One line, with the seconds since the start of the program. */
  say(text: string): void;
  /** Runs `work`, saying when it starts and how long it took; every 15 s it says that it still runs. */
  step<T>(text: string, work: () => Promise<T>): Promise<T>;
}

const STILL_RUNNING_EVERY_MS = 15_000;

/**
 * @param write - receives complete lines without a line end
 * @param nowMs - a monotonic clock
 */
export function createProgress(
  write: (line: string) => void,
  nowMs: () => number = () => performance.now(),
): Progress {
  const startMs = nowMs();
  const seconds = (sinceMs: number): string => ((nowMs() - sinceMs) / 1000).toFixed(1);
  const say = (text: string): void => {
    write(`[${seconds(startMs).padStart(6)}s] ${text}`);
  };
  return {
    say,
    async step(text, work) {
      const beganMs = nowMs();
      say(`${text} ...`);
      const timer = setInterval(() => {
        say(`${text}: still running after ${seconds(beganMs)} s`);
      }, STILL_RUNNING_EVERY_MS);
      try {
        const result = await work();
        say(`${text}: done in ${seconds(beganMs)} s`);
        return result;
      } finally {
        clearInterval(timer);
      }
    },
  };
}

/** Progress on stderr, so that stdout stays free for results. */
export function stderrProgress(): Progress {
  return createProgress((line) => process.stderr.write(`${line}\n`));
}

/** Says nothing; for tests. */
export const silentProgress: Progress = {
  say: () => undefined,
  step: (_text, work) => work(),
};
