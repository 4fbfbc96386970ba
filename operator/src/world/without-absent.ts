/** The fields that are not undefined; all that `T` demands have to be among them. Pure. */
export function withoutAbsent<T extends object>(
  fields: {
    readonly [Name in keyof T]?: T[Name] | undefined;
  },
): T {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as T;
}
