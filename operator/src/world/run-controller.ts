import {
  type Controller,
  type ControllerSpec,
  createController,
  type RuntimeDeps,
} from "@open-vcluster/runtime";

/** What may be asked of a controller that runs. */
export type Waker = Pick<Controller, "enqueue" | "enqueueAfter">;

/** A controller and what wakes it. */
export interface WokenController extends ControllerSpec {
  /** Begins to listen to events, and says how to stop. */
  readonly wake: (controller: Waker) => readonly (() => void)[];
  /** Keys of what is there already: the caches of a standby are full when it begins to lead. */
  readonly known: () => Iterable<string>;
}

/** Works until the signal aborts and the passes under way ended. */
export async function runController(
  { wake, known, ...spec }: WokenController,
  runtime: RuntimeDeps,
  signal: AbortSignal,
): Promise<void> {
  const controller = createController(spec, runtime);
  const stops = wake(controller);
  for (const key of known()) controller.enqueue(key);
  try {
    await controller.run(signal);
  } finally {
    for (const stop of stops) stop();
  }
}
