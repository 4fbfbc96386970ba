/** Numbers that a seed decides, so that a failed run can be repeated. */
export interface Dice {
  readonly seed: number;
  /** At least 0, below `end`. */
  below(end: number): number;
}

const MULTIPLIER = 1_664_525;
const INCREMENT = 1_013_904_223;
const MODULUS = 2 ** 32;

/** A linear congruential generator; `SEED` in the environment repeats a run. */
export function rollDice(): Dice {
  const given = process.env["SEED"];
  const seed = given === undefined || given === "" ? Date.now() % MODULUS : Number(given);
  let state = seed;
  return {
    seed,
    below: (end) => {
      state = (state * MULTIPLIER + INCREMENT) % MODULUS;
      return Math.floor((state / MODULUS) * end);
    },
  };
}
