import type {
  EventRecorder,
  HasMetadata,
  KubeClient,
  Logger,
  ReconcileResult,
  ResourceType,
} from "@open-vcluster/runtime";
import { isAsRead } from "./as-read.ts";
import { noteTurn } from "./turn-note.ts";

interface Status {
  readonly conditions?: readonly unknown[];
}

/** What one pass does about an object. */
export interface Step {
  readonly type: ResourceType;
  /** As it was read. */
  readonly object: HasMetadata & { readonly status?: Status };
  /** Absent: nothing is done. */
  readonly effect: { readonly kind: string; readonly perform: () => Promise<void> } | undefined;
  /** Writes down where the object is; returns that if it is new. */
  readonly record: () => Promise<Status | undefined>;
  /** When to look again, milliseconds; absent: when something happens. */
  readonly requeueAfterMs: number | undefined;
}

/** What a step uses. */
export interface StepDeps {
  readonly client: KubeClient;
  readonly events: EventRecorder;
  readonly logger: Logger;
  readonly settings: { readonly pollMs: number };
}

/**
 * Takes one step: an effect on the object as it was read, then what is written down once it succeeded, then the event. Each
 * may be repeated, by a pass on a cache that is behind or after a crash.
 */
export async function takeStep(
  { type, object, effect, record, requeueAfterMs }: Step,
  { client, events, logger, settings: { pollMs } }: StepDeps,
  signal: AbortSignal,
): Promise<ReconcileResult> {
  if (effect !== undefined) {
    if (!(await isAsRead(type, object, client, signal))) return { requeueAfterMs: pollMs };
    const { namespace, name } = object.metadata;
    logger.info({ kind: type.kind, namespace, name, effect: effect.kind }, "Acting");
    await effect.perform();
  }
  const status = await record();
  const note = status === undefined ? undefined : noteTurn(type, object, status);
  if (note !== undefined) events.record(note);
  // Not every effect is an event that wakes us: what comes after it is looked for.
  const nextMs = requeueAfterMs ?? (effect === undefined ? undefined : pollMs);
  return nextMs === undefined ? {} : { requeueAfterMs: nextMs };
}
