/**
 * Looks again and again until `look` gives something.
 *
 * @throws Error with `what`, the last answer and the time, when it takes too long.
 */
export async function waitFor<T>(
  what: string,
  look: () => Promise<T | undefined | false>,
  options: {
    readonly timeoutMs?: number;
    readonly intervalMs?: number;
    readonly describe?: () => Promise<string>;
  } = {},
): Promise<T> {
  const { timeoutMs = 120_000, intervalMs = 250 } = options;
  const deadlineMs = Date.now() + timeoutMs;
  let lastError: unknown;
  for (;;) {
    try {
      const found = await look();
      if (found !== undefined && found !== false) return found;
      lastError = undefined;
    } catch (error) {
      lastError = error;
    }
    if (Date.now() > deadlineMs) break;
    await new Promise((resolve) => setTimeout(resolve, intervalMs));
  }
  const seen = options.describe === undefined ? "" : `\n${await options.describe()}`;
  const because = lastError instanceof Error ? ` (${lastError.message})` : "";
  throw new Error(`Not within ${String(timeoutMs / 1_000)} s: ${what}${because}${seen}`);
}
