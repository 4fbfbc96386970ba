import { AsyncLocalStorage } from "node:async_hooks";
import type { Visit } from "./reception.ts";

/** Carries a call that a door received itself to the gate of the router, which would receive it once more. */
export interface Visits {
  run<T>(visit: Visit, make: () => Promise<T>): Promise<T>;
  /** Absent: the router receives its calls itself. */
  current(): Visit | undefined;
}

/** Creates the carrier; one for each server. */
export function createVisits(): Visits {
  const store = new AsyncLocalStorage<Visit>();
  return { run: (visit, make) => store.run(visit, make), current: () => store.getStore() };
}
