import { Failure } from "../failure.ts";
import type { Clock } from "../process/clock.ts";
import type { Logger } from "../process/log.ts";
import type { KubeClient } from "./client.ts";

/** The object that an event is about. */
export interface EventSubject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly namespace?: string | undefined;
  readonly name: string;
  readonly uid?: string | undefined;
}

/** Something that users should see on an object. */
export interface EventNote {
  readonly regarding: EventSubject;
  readonly type: "Normal" | "Warning";
  /** UpperCamelCase. */
  readonly reason: string;
  /** What the controller did or tried, UpperCamelCase. */
  readonly action: string;
  /** A sentence; cut at 1024 characters. */
  readonly note: string;
}

/** Writes events.k8s.io/v1 events; repeats become one series. */
export interface EventRecorder {
  /** Never blocks and never throws; a lost event is logged. */
  record(note: EventNote): void;
  /** Waits until what was recorded is written. */
  flush(signal: AbortSignal): Promise<void>;
}

/** Creates a recorder. */
export function createEventRecorder(_options: {
  readonly client: KubeClient;
  /** Reporting controller, a qualified name such as `example.io/operator`. */
  readonly controller: string;
  /** Reporting instance, such as the Pod's name. */
  readonly instance: string;
  readonly logger: Logger;
  readonly clock: Clock;
}): EventRecorder {
  throw new Failure("bug", "NotBuilt", "not built");
}
