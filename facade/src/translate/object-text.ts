import { parseDocument, type Tags } from "yaml";
import { isTree, type Tree } from "./tree.ts";

/** An object that was read from text, or what is wrong with the text. */
export type ObjectText =
  | { readonly kind: "object"; readonly value: Tree }
  | { readonly kind: "fault"; readonly fault: string };

const MAX_ALIASES = 100;

/**
 * Reads YAML 1.1 or JSON text as Helm reads a values file. Text without content is an empty object.
 *
 * Apart from Helm, a key that is written twice is a fault: one of the two would be lost unseen.
 */
export function parseObjectText(text: string): ObjectText {
  try {
    const document = parseDocument(text, {
      version: "1.1",
      merge: true,
      customTags: asHelm,
      logLevel: "silent",
    });
    const [error] = document.errors;
    if (error !== undefined) return faultOf(`is no YAML: ${firstLine(error.message)}`);
    const value: unknown = document.toJS({ maxAliasCount: MAX_ALIASES });
    if (value === null || value === undefined) return { kind: "object", value: {} };
    if (isTree(value)) return { kind: "object", value };
    return faultOf("must be an object: write KEY: VALUE");
  } catch (thrown) {
    return faultOf(`cannot be read: ${firstLine(thrown instanceof Error ? thrown.message : "")}`);
  }
}

/** Helm leaves times and numbers to the base of 60 as texts. */
function asHelm(tags: Tags): Tags {
  const left = new Set(["tag:yaml.org,2002:timestamp"]);
  return tags.filter(
    (tag) =>
      typeof tag === "string" || !(left.has(tag.tag) || ("format" in tag && tag.format === "TIME")),
  );
}

function faultOf(fault: string): ObjectText {
  return { kind: "fault", fault };
}

function firstLine(text: string): string {
  return text.split("\n", 1)[0]?.slice(0, 200).replace(/:$/, "") ?? "";
}
