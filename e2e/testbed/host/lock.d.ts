/**
 * Runs `work` while holding a lock file that names this process. A lock whose process is gone is
 * taken over. `onWait` is called once when somebody else holds it.
 */
export declare function withLock<T>(
  path: string,
  work: () => Promise<T>,
  options?: {
    readonly onWait?: (holderPid: number) => void;
    readonly signal?: AbortSignal;
  },
): Promise<T>;
//# sourceMappingURL=lock.d.ts.map
