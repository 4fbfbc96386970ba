import { STATUS_CODES } from "../src/http/status-code.ts";
import type { Schema } from "./json-schema.ts";

/** A status that any operation may answer with. */
interface ErrorStatus {
  readonly status: number;
  readonly description: string;
  /** It comes only where a body is taken. */
  readonly onlyWithBody: boolean;
}

/** Statuses that HTTP has of its own, before a call. */
const BEFORE_CALL: readonly ErrorStatus[] = [
  {
    status: 405,
    description: "The path has other methods; see the header Allow.",
    onlyWithBody: false,
  },
  { status: 406, description: "The client takes no JSON.", onlyWithBody: false },
  { status: 413, description: "The body is too large.", onlyWithBody: true },
  { status: 415, description: "The body is not JSON, or is compressed.", onlyWithBody: true },
];

/** Every status besides 200, ascending. */
export const ERROR_STATUSES: readonly ErrorStatus[] = [
  ...[...new Set(STATUS_CODES.map(({ httpStatus }) => httpStatus))].map((status) => ({
    status,
    description: `${codesOf(status).join(" or ")}.`,
    onlyWithBody: false,
  })),
  ...BEFORE_CALL,
].toSorted((a, b) => a.status - b.status);

/** The responses that operations refer to. */
export const ERROR_RESPONSES: Schema = Object.fromEntries(
  ERROR_STATUSES.map(({ status, description }) => [
    status,
    {
      description,
      ...headersOf(status),
      content: { "application/json": { schema: { $ref: "#/components/schemas/Status" } } },
    },
  ]),
);

function codesOf(status: number): readonly string[] {
  return STATUS_CODES.filter(({ httpStatus }) => httpStatus === status).map(({ name }) => name);
}

function headersOf(status: number): Schema {
  const headers: Readonly<Record<number, readonly [string, Schema]>> = {
    401: ["WWW-Authenticate", { description: "How to authenticate.", schema: { type: "string" } }],
    405: ["Allow", { description: "Methods of the path.", schema: { type: "string" } }],
    429: ["Retry-After", { description: "Seconds to wait.", schema: { type: "integer" } }],
    503: ["Retry-After", { description: "Seconds to wait.", schema: { type: "integer" } }],
  };
  const header = headers[status];
  return header === undefined ? {} : { headers: { [header[0]]: header[1] } };
}
