import type { Task } from "../worker/task.ts";

/** The object that asked for work. */
export interface Asker {
  readonly kind: "VClusterSnapshot" | "VClusterRestore";
  readonly namespace: string;
  readonly name: string;
  readonly uid: string;
}

/** Which work of which object: a name of its own for each, so that work is begun once whoever begins it. */
export interface WorkId {
  readonly asker: Asker;
  /** What is done, as a word of a DNS label: `snapshot`, `delete`, `restore`. */
  readonly step: string;
  /** Counts from 0; a new attempt is new work. */
  readonly attempt: number;
}

/** Work of a snapshot worker, with every secret that it needs. */
export interface Work {
  readonly id: WorkId;
  readonly task: Task;
  /** The claim in the operator's namespace that the task's directory is on, if it is on one. */
  readonly claimName?: string | undefined;
}

/** Where a worker finds the volume of a location. */
export const VOLUME_PATH = "/repository";

/** How workers run; the same for all. */
export interface WorkSettings {
  readonly operatorId: string;
  /** The namespace of the Jobs: the operator's own. */
  readonly namespace: string;
  /** The product's image; undefined: no worker can run. */
  readonly image: string | undefined;
  /** Absent: the namespace's default. */
  readonly serviceAccount: string | undefined;
  /** After this time a worker is ended, milliseconds. */
  readonly deadlineMs: number;
}
