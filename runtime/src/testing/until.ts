/** Waits until a condition holds; rejects with what it last said after `timeoutMs`. */
export async function until(
  condition: () => boolean | Promise<boolean>,
  timeoutMs: number,
  describe: () => string = () => "The condition does not hold",
): Promise<void> {
  const endMs = performance.now() + timeoutMs;
  while (!(await condition())) {
    if (performance.now() > endMs) throw new Error(describe());
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
}
