import type { DescField, DescMessage } from "@bufbuild/protobuf";

/**
 * Fields on the way that a dotted path names, outermost first. Each part is the field's proto name or
 * its lowerCamelCase JSON name.
 *
 * @returns absent if there is no such field; a list or a map is never walked into
 */
export function fieldsOnPath(
  message: DescMessage,
  path: string,
): readonly [DescField, ...DescField[]] | undefined {
  const [first, ...rest] = path.split(".");
  const field = message.fields.find(({ name, jsonName }) => name === first || jsonName === first);
  if (field === undefined || rest.length === 0) return field === undefined ? undefined : [field];
  if (field.fieldKind !== "message") return undefined;
  const inner = fieldsOnPath(field.message, rest.join("."));
  return inner === undefined ? undefined : [field, ...inner];
}
