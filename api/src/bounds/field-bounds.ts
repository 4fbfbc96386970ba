/**
 * What a value of a field may be, beside its type; of a list, of each entry. What means "not set" (the empty text, 0) may
 * always be sent.
 */
export interface FieldBounds {
  /** Longest text, UTF-16 units. */
  readonly maxLength?: number;
  /** A regular expression (ECMA-262) from the first to the last character of a text. */
  readonly pattern?: string;
  /** The only values that there are. */
  readonly oneOf?: readonly (string | number)[];
  readonly minimum?: number;
  readonly maximum?: number;
  /** Most entries of a list or a map. */
  readonly maxEntries?: number;
}
