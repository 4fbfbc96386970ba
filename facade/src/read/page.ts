import { refusedField } from "../translate/refuse.ts";
import type { Cursor } from "./page-token.ts";

/** One page of a sorted list. */
export interface Page<T> {
  readonly items: readonly T[];
  /** Of the last entry; undefined on the last page. */
  readonly next?: Cursor;
}

/** How entries are ordered: by a text, ties by namespace and name. */
export interface Order<T> {
  readonly isDescending: boolean;
  readonly cursorOf: (item: T) => Cursor;
}

const DEFAULT_SIZE = 50;
const MAX_SIZE = 1_000;

/** The size that is served: 0 is the default, more than the most is the most. Throws `invalid` when negative. Pure. */
export function pageSizeOf(asked: number): number {
  if (asked < 0) throw refusedField("page_size", "is negative; send 0 for the default");
  return asked === 0 ? DEFAULT_SIZE : Math.min(asked, MAX_SIZE);
}

/** The entries after a cursor, in order. Pure. */
export function pageOf<T>(
  items: readonly T[],
  order: Order<T>,
  size: number,
  after: Cursor | undefined,
): Page<T> {
  const keyed = items.map((item) => ({ item, cursor: order.cursorOf(item) }));
  const rest =
    after === undefined
      ? keyed
      : keyed.filter(({ cursor }) => compare(cursor, after, order.isDescending) > 0);
  rest.sort((a, b) => compare(a.cursor, b.cursor, order.isDescending));
  const chosen = rest.slice(0, size);
  const last = chosen.at(-1);
  return {
    items: chosen.map(({ item }) => item),
    ...(rest.length > size && last !== undefined ? { next: last.cursor } : {}),
  };
}

function compare(a: Cursor, b: Cursor, isDescending: boolean): number {
  const byKey = isDescending ? textOrder(b.key, a.key) : textOrder(a.key, b.key);
  return byKey || textOrder(a.namespace, b.namespace) || textOrder(a.name, b.name);
}

function textOrder(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}
