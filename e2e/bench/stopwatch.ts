/** How long each of so many calls takes, one after another; milliseconds. */
export async function timesOf(
  count: number,
  call: (number: number) => Promise<unknown>,
): Promise<readonly number[]> {
  const times: number[] = [];
  for (let number = 0; number < count; number += 1) {
    const beganMs = performance.now();
    await call(number);
    times.push(performance.now() - beganMs);
  }
  return times;
}
