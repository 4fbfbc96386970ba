import { type DescField, type DescMessage, ScalarType } from "@bufbuild/protobuf";

/** A request header that stands for a field of the request. */
export type FieldHeader = "idempotency-key" | "if-match";

/** The fields that request headers stand for. */
export const REQUEST_HEADER_FIELDS: Readonly<Record<FieldHeader, string>> = {
  "idempotency-key": "request_id",
  "if-match": "etag",
};

/** Names the deadline of a call, milliseconds, at most ten digits. */
export const TIMEOUT_HEADER = "connect-timeout-ms";

/** The field that answers as `ETag`: of the response itself, or of the one object in it. */
const VERSION_FIELD = "resource_version";

/** The text field of a request that a header stands for; absent if the request has none. */
export function requestHeaderField(
  message: DescMessage,
  header: FieldHeader,
): DescField | undefined {
  return textField(message, REQUEST_HEADER_FIELDS[header]);
}

/** Fields on the way to the version that a response carries as `ETag`; absent if it carries none. */
export function etagFields(message: DescMessage): readonly DescField[] | undefined {
  const own = textField(message, VERSION_FIELD);
  if (own !== undefined) return [own];
  const ways = message.fields.flatMap((field) => {
    const inner =
      field.fieldKind === "message" ? textField(field.message, VERSION_FIELD) : undefined;
    return inner === undefined ? [] : [[field, inner]];
  });
  return ways.length === 1 ? ways[0] : undefined;
}

function textField(message: DescMessage, name: string): DescField | undefined {
  return message.fields.find(
    (field) =>
      field.name === name && field.fieldKind === "scalar" && field.scalar === ScalarType.STRING,
  );
}
