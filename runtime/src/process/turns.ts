/** Lets a number of works go on at once; the others wait, first come, first served. */
export interface Turns {
  /** Runs the work when its turn has come; the result is the work's own. */
  take<T>(work: () => Promise<T>): Promise<T>;
}

/** @param places - How many go on at once, at least 1. */
export function createTurns(places: number): Turns {
  const waiting: (() => void)[] = [];
  let free = places;
  const leave = (): void => {
    const next = waiting.shift();
    if (next === undefined) free += 1;
    else next();
  };
  return {
    take: async (work) => {
      if (free > 0) free -= 1;
      else await new Promise<void>((resolve) => waiting.push(resolve));
      try {
        return await work();
      } finally {
        leave();
      }
    },
  };
}
