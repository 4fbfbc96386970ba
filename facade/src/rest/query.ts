import { Failure } from "@open-vcluster/runtime";

/** One parameter of a query, decoded. */
export type QueryParameter = readonly [name: string, value: string];

/** The parameters of a URL in their order, decoded once; `+` is a space. Throws `invalid` on broken encoding. */
export function queryParameters(url: string): readonly QueryParameter[] {
  const start = url.indexOf("?");
  if (start < 0) return [];
  const parts = url.slice(start + 1).split("&");
  return parts.filter((part) => part !== "").map(parameterOf);
}

function parameterOf(part: string): QueryParameter {
  const equals = part.indexOf("=");
  if (equals < 0) return [decode(part), ""];
  return [decode(part.slice(0, equals)), decode(part.slice(equals + 1))];
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text.replaceAll("+", " "));
  } catch (cause) {
    throw new Failure("invalid", "InvalidArgument", "Encode the query in UTF-8 with %XX", {
      cause,
    });
  }
}
