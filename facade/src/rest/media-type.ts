import { Failure } from "@open-vcluster/runtime";
import type { DoorRequest } from "../server/door.ts";

/** Media type of an answer and of a request body. */
export const JSON_TYPE = "application/json";
/** Media type of a stream: one JSON text in each line. */
export const LINES_TYPE = "application/x-ndjson";

/** Throws `invalid` unless the client takes one of the types. */
export function requireAccepted(request: DoorRequest, types: readonly string[]): void {
  const { accept } = request.headers;
  if (accept === undefined) return;
  const ranges = accept.split(",").map(rangeOf);
  const isAccepted = types.some((type) => ranges.some(({ matches, q }) => q > 0 && matches(type)));
  if (isAccepted) return;
  throw new Failure("invalid", "NotAcceptable", `Accept ${types.join(" or ")}`);
}

/** Throws `invalid` unless a body that is there is JSON in UTF-8 as it is. */
export function requireJsonBody(request: DoorRequest): void {
  const type = request.headers["content-type"] ?? "";
  const encoding = request.headers["content-encoding"] ?? "identity";
  const isJson = /^application\/json\s*(?:;\s*charset\s*=\s*"?utf-8"?\s*)?$/i.test(type.trim());
  if (isJson && encoding.toLowerCase() === "identity") return;
  throw new Failure(
    "invalid",
    "UnsupportedMediaType",
    `Send the body as ${JSON_TYPE} in UTF-8, not compressed`,
  );
}

function rangeOf(text: string): {
  readonly q: number;
  readonly matches: (type: string) => boolean;
} {
  const [range = "", ...parameters] = text.split(";").map((part) => part.trim().toLowerCase());
  const weight = parameters.find((parameter) => parameter.startsWith("q="));
  const q = weight === undefined ? 1 : Number(weight.slice(2));
  const group = range.replace(/\*$/, "");
  return {
    q: Number.isNaN(q) ? 0 : q,
    matches: (type) =>
      range === type || range === "*/*" || (range.endsWith("/*") && type.startsWith(group)),
  };
}
