import type { DescField, DescMessage } from "@bufbuild/protobuf";
import { isWrapperDesc } from "@bufbuild/protobuf/wkt";

/** A field that a query parameter may set. */
export interface QueryField {
  /** Name of the parameter: the JSON names on the way, such as `filter.createdAfter`. */
  readonly name: string;
  /** The same in proto names. */
  readonly path: string;
  readonly field: DescField;
}

const TEXT_MESSAGES: ReadonlySet<string> = new Set([
  "google.protobuf.Timestamp",
  "google.protobuf.Duration",
  "google.protobuf.FieldMask",
]);

/** Whether the JSON form of the message is one text, number or boolean. */
export function isTextMessage(message: DescMessage): boolean {
  return TEXT_MESSAGES.has(message.typeName) || isWrapperDesc(message);
}

/** Whether one parameter holds the field: no map, no list of objects, no object but those of one text. */
export function isQueryLeaf(field: DescField): boolean {
  switch (field.fieldKind) {
    case "scalar":
    case "enum":
      return true;
    case "list":
      return field.listKind !== "message";
    case "message":
      return isTextMessage(field.message);
    case "map":
      return false;
  }
}

/**
 * All fields below a message that a query parameter may set.
 *
 * @param taken - paths in proto names that are set by other parts of the request
 */
export function queryFields(
  message: DescMessage,
  taken: ReadonlySet<string>,
): readonly QueryField[] {
  return fieldsBelow(message, { name: "", path: "" }, [message]).filter(
    ({ path }) => !taken.has(path),
  );
}

function fieldsBelow(
  message: DescMessage,
  prefix: { readonly name: string; readonly path: string },
  around: readonly DescMessage[],
): readonly QueryField[] {
  return message.fields.flatMap((field) => {
    const name = `${prefix.name}${field.jsonName}`;
    const path = `${prefix.path}${field.name}`;
    if (isQueryLeaf(field)) return [{ name, path, field }];
    // A message within itself would have parameters without end.
    if (field.fieldKind !== "message" || around.includes(field.message)) return [];
    const inner = { name: `${name}.`, path: `${path}.` };
    return fieldsBelow(field.message, inner, [...around, field.message]);
  });
}
