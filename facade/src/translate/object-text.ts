import {
  type Alias,
  type Document,
  isAlias,
  isMap,
  isNode,
  isScalar,
  isSeq,
  type Node,
  Scalar,
  visit,
  type YAMLMap,
} from "yaml";
import { isTree, stableJson, type Tree } from "./tree.ts";
import { MAX_DEPTH, readDocument, TextFault, TOO_DEEP } from "./yaml-document.ts";
import { readScalar, type ScalarValue } from "./yaml-scalar.ts";

/** An object that was read from text, or what is wrong with the text. */
export type ObjectText =
  | { readonly kind: "object"; readonly value: Tree }
  | { readonly kind: "fault"; readonly must: string };

/** Characters and nodes once aliases are expanded. */
const MAX_SIZE = 1024 * 1024;

/** One reading: where aliases lead, what is being read, and how much was. */
interface Reading {
  readonly targets: ReadonlyMap<Alias, Node>;
  readonly open: Set<Node>;
  size: number;
}

/**
 * Reads YAML 1.1 or JSON text as Helm reads a values file. Text without content is an empty object.
 *
 * Apart from Helm, a key that is written twice and a second document are faults, because one of the
 * two would be lost unseen, and so is a fraction as a key, which Helm rounds.
 */
export function parseObjectText(text: string): ObjectText {
  try {
    const written = canonical(text);
    if (written !== undefined) return { kind: "object", value: written };
    const document = readDocument(text);
    const reading: Reading = { targets: targetsOf(document), open: new Set(), size: 0 };
    const value = read(document.contents, reading, 0) ?? {};
    if (isTree(value)) return { kind: "object", value };
    throw new TextFault("must be an object: write KEY: VALUE");
  } catch (thrown) {
    // The parser recurses; an overflow of its stack is the one other thing that it throws.
    return { kind: "fault", must: thrown instanceof TextFault ? thrown.message : TOO_DEEP };
  }
}

/** The node that each alias stands for: the last one before it with that anchor. */
function targetsOf(document: Document): ReadonlyMap<Alias, Node> {
  const anchors = new Map<string, Node>();
  const targets = new Map<Alias, Node>();
  visit(document, (_, node) => {
    if (isAlias(node)) {
      const target = anchors.get(node.source);
      if (target !== undefined) targets.set(node, target);
    } else if (isNode(node) && node.anchor !== undefined) {
      anchors.set(node.anchor, node);
    }
  });
  return targets;
}

function read(node: unknown, reading: Reading, depth: number): unknown {
  grow(reading, 1);
  if (depth > MAX_DEPTH) throw new TextFault(TOO_DEEP);
  if (isAlias(node)) return read(targetOf(node, reading), reading, depth);
  if (isScalar(node)) return jsonOf(scalarOf(node, reading));
  if (!isMap(node) && !isSeq(node)) return null;
  if (reading.open.has(node)) throw new TextFault("must not hold an alias of what is around it");
  reading.open.add(node);
  const value = isMap(node)
    ? Object.fromEntries(entriesOf(node, reading, depth))
    : node.items.map((item) => read(item, reading, depth + 1));
  reading.open.delete(node);
  return value;
}

/** Keys in order; what is merged replaces what stands before it, as go-yaml has it. */
function entriesOf(map: YAMLMap, reading: Reading, depth: number): Map<string, unknown> {
  const entries = new Map<string, unknown>();
  const written = new Set<string>();
  for (const { key, value } of map.items) {
    if (isMergeKey(key)) {
      for (const [name, merged] of mergedEntries(value, reading, depth)) entries.set(name, merged);
      continue;
    }
    const name = keyOf(key, reading);
    if (written.has(name)) throw new TextFault(`must not name the key ${name.slice(0, 64)} twice`);
    written.add(name);
    entries.set(name, read(value, reading, depth + 1));
  }
  return entries;
}

function isMergeKey(key: unknown): boolean {
  return isScalar(key) && key.value === "<<" && key.type === Scalar.PLAIN;
}

/** What a merge key brings: of a list, the first map that has a key wins. */
function mergedEntries(
  value: unknown,
  reading: Reading,
  depth: number,
): readonly (readonly [string, unknown])[] {
  const sources = isSeq(value) ? value.items.toReversed() : [value];
  return sources.flatMap((source) => {
    const map = read(source, reading, depth + 1);
    if (!isTree(map)) throw new TextFault("must merge (<<) maps only");
    return Object.entries(map);
  });
}

function keyOf(key: unknown, reading: Reading): string {
  const node = isAlias(key) ? targetOf(key, reading) : key;
  const value = isScalar(node) ? scalarOf(node, reading) : null;
  if (value !== null && typeof value !== "number") return String(value);
  throw new TextFault("must have text as keys: quote numbers with a fraction and null");
}

function scalarOf(node: Scalar, reading: Reading): ScalarValue {
  const source = String(node.value);
  grow(reading, source.length);
  const value = readScalar(source, node.type === Scalar.PLAIN, node.tag);
  if (value === undefined) throw new TextFault(`must not have a tag that does not fit its value`);
  return value;
}

function jsonOf(value: ScalarValue): unknown {
  if (typeof value === "bigint") return Number(value);
  if (typeof value !== "number" || Number.isFinite(value)) return value;
  throw new TextFault("must hold finite numbers only");
}

function targetOf(alias: Alias, { targets }: Reading): Node {
  const target = targets.get(alias);
  if (target === undefined) throw new TextFault(`must not use an alias that is not defined before`);
  return target;
}

function grow(reading: Reading, by: number): void {
  reading.size += by;
  if (reading.size > MAX_SIZE) throw new TextFault("must be smaller once its aliases are expanded");
}

/** What {@link stableJson} wrote is read back without YAML. */
function canonical(text: string): Tree | undefined {
  if (!text.startsWith("{")) return undefined;
  try {
    const value: unknown = JSON.parse(text);
    return isTree(value) && stableJson(value) === text ? value : undefined;
  } catch {
    return undefined;
  }
}
