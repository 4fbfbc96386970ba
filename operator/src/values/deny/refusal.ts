/**
 * Why a value is refused: `owned` by the operator, `inert` or crashing in the open-source image, `reach` outside
 * the namespace or weaker pod security, `malformed` text, keys or sizes that no chart needs.
 */
export type RefusalClass = "owned" | "inert" | "reach" | "malformed";

/** One refused path of raw values. */
export interface Refusal {
  /** Path as people write it: `a.b[0]["key.with.dots"]`. */
  readonly path: string;
  /** Which kind of rule refused it. */
  readonly class: RefusalClass;
  /** Why, as one sentence. */
  readonly reason: string;
  /** What to do instead, as one sentence. */
  readonly advice: string;
}

/** What a check of raw values depends on. */
export interface CheckOptions {
  /** Version of the chart that would get the values. */
  readonly chartVersion: string;
  /** Path patterns of class `reach` that the operator's configuration lets through; `*` stands for one key or index. */
  readonly allowed: readonly string[];
}

/**
 * A refusal as one line of a condition's message.
 *
 * @param refusal - the refusal
 * @returns "path: reason advice"
 */
export function describeRefusal({ path, reason, advice }: Refusal): string {
  return `${path}: ${reason} ${advice}`;
}
