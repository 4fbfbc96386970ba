/** A process that cannot be mistaken for a later one with the same id. */
export interface ProcessIdentity {
  readonly pid: number;
  /** Opaque: kernel ticks on Linux, the text of `ps -o lstart` elsewhere. */
  readonly startTime: string;
}
/** Environment variable that every process of a testbed carries, so that none can be lost. */
export declare const PROCESS_MARK = "OPEN_VCLUSTER_TESTBED";
/** When the process started, or undefined when there is none (a zombie counts as none). */
export declare function startTimeOf(pid: number): Promise<string | undefined>;
/** Whether exactly this process still runs. */
export declare function isAlive(identity: ProcessIdentity): Promise<boolean>;
/** This process, as others will see it. */
export declare function ownIdentity(): Promise<ProcessIdentity>;
/** A child that outlives its parent: own session, output appended to a log file. */
export declare function spawnDetached(spec: {
  readonly argv: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly logPath: string;
  readonly cwd: string;
}): Promise<ProcessIdentity>;
/** Signals a process group (or, failing that, the process); a missing one is fine. */
export declare function signalGroup(pid: number, signal: NodeJS.Signals): void;
/** Waits until the process is gone. Returns false when it still runs at the end of the time. */
export declare function waitGone(identity: ProcessIdentity, timeoutMs: number): Promise<boolean>;
/** Children of a process, by the kernel's list. Linux only. */
export declare function childrenOf(pid: number): readonly number[];
/** Processes whose environment carries the mark of one testbed. Linux only; elsewhere none. */
export declare function markedProcesses(mark: string): readonly number[];
//# sourceMappingURL=process.d.ts.map
