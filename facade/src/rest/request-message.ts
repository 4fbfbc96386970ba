import type { Message } from "@bufbuild/protobuf";
import {
  type FieldHeader,
  fieldsOnPath,
  type HttpBinding,
  isQueryLeaf,
  REQUEST_HEADER_FIELDS,
  requestHeaderField,
} from "@open-vcluster/api";
import type { FieldViolation } from "@open-vcluster/runtime";
import { bodyMessage } from "./body-message.ts";
import { expectation } from "./expectation.ts";
import { contradicts, type FieldWay, isExcluded, setFromText } from "./field-text.ts";
import { headerText } from "./header-text.ts";
import type { QueryParameter } from "./query.ts";
import { wrongFields } from "./wrong-fields.ts";

/** What a request says, apart from who sends it. */
export interface RequestParts {
  readonly binding: HttpBinding;
  /** Values of the path by field. */
  readonly variables: ReadonlyMap<string, string>;
  readonly query: readonly QueryParameter[];
  readonly body: string;
  /** One header of the request, by its name in small letters. */
  readonly header: (name: FieldHeader) => string | undefined;
}

/**
 * The request message: the body, then what path, headers and query add.
 *
 * @throws Failure `invalid` with every field that is wrong, unknown, or said twice with different values
 */
export function requestMessage(parts: RequestParts): Message {
  const message = bodyMessage(parts.binding, parts.body);
  const faults = [
    ...pathFaults(parts, message),
    ...headerFaults(parts, message),
    ...queryFaults(parts, message),
  ];
  if (faults.length > 0) throw wrongFields(faults);
  return message;
}

function pathFaults(
  { binding, variables }: RequestParts,
  message: Message,
): readonly FieldViolation[] {
  return [...variables].flatMap(([name, text]) => {
    const way = fieldsOnPath(binding.method.input, name);
    return way === undefined ? [] : textFaults(message, way, { text, source: "path" });
  });
}

function headerFaults(
  { binding, header }: RequestParts,
  message: Message,
): readonly FieldViolation[] {
  return (Object.keys(REQUEST_HEADER_FIELDS) as FieldHeader[]).flatMap((name) => {
    const value = header(name);
    if (value === undefined) return [];
    const field = requestHeaderField(binding.method.input, name);
    const text = headerText(name, value);
    if (text === undefined) return [{ field: name, description: "must be one quoted text" }];
    if (field !== undefined)
      return textFaults(message, [field], { text, source: `header ${name}` });
    // Without a field the condition could not be kept. A key adds nothing to a call that changes nothing.
    return name === "if-match" ? [{ field: name, description: "is not taken by this method" }] : [];
  });
}

function queryFaults(parts: RequestParts, message: Message): readonly FieldViolation[] {
  const seen = new Set<string>();
  return parts.query.flatMap(([name, text]) => {
    const way = queryWay(parts, name);
    if (way === undefined) return [{ field: name, description: "is no parameter of this method" }];
    const path = pathText(way);
    const isFirst = !seen.has(path);
    seen.add(path);
    if (!isFirst && way.at(-1)?.fieldKind !== "list") {
      return [{ field: path, description: "is given twice" }];
    }
    return textFaults(message, way, { text, source: "query" });
  });
}

/** Absent: the method has no such parameter, because another part of the request says it, or nothing does. */
function queryWay({ binding, variables }: RequestParts, name: string): FieldWay | undefined {
  if (binding.body === "*") return undefined;
  const way = fieldsOnPath(binding.method.input, name);
  const field = way?.at(-1);
  if (way === undefined || field === undefined || !isQueryLeaf(field)) return undefined;
  return variables.has(pathText(way)) || way[0] === binding.body ? undefined : way;
}

function textFaults(
  message: Message,
  way: FieldWay,
  { text, source }: { readonly text: string; readonly source: string },
): readonly FieldViolation[] {
  const field = pathText(way);
  if (contradicts(message, way, text)) {
    return [{ field, description: `says something else than the ${source}` }];
  }
  if (isExcluded(message, way)) {
    return [{ field, description: "excludes another field that is set" }];
  }
  if (setFromText(message, way, text)) return [];
  const leaf = way.at(-1) ?? way[0];
  return [{ field, description: expectation(leaf) }];
}

function pathText(way: FieldWay): string {
  return way.map(({ name }) => name).join(".");
}
