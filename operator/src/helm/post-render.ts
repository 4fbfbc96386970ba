import {
  applyEdits,
  type BlockEntry,
  bodyOf,
  entriesOf,
  itemsOf,
  type LineEdit,
  type LineRange,
  setAmong,
  setEntries,
} from "./block-yaml.ts";
import { PROBE_DEFAULTS, type ProbeTiming, tightened } from "./probes.ts";

/** What the post-renderer changes. It travels as one command-line argument, so it holds no secret. */
export interface PostRenderOptions {
  /** Set in `metadata.labels` of every object, and nowhere else: templates and selectors are identity. */
  readonly labels: Readonly<Record<string, string>>;
  /** The Secret that carries {@link PostRenderOptions.countAnnotation}. */
  readonly countOn: string;
  /** Annotation whose value is the number of objects in the manifest. */
  readonly countAnnotation: string;
  /** Containers whose start-up probe is tightened, as `workload/container`. */
  readonly tighten: readonly string[];
}

interface ObjectText {
  readonly entries: readonly BlockEntry[];
  readonly metadata: BlockEntry;
  readonly kind: string;
  readonly name: string;
}

/**
 * Changes a rendered manifest: ownership labels, the object count, start-up probes. All other bytes stay. Pure.
 *
 * @param manifest - YAML documents in block style, as charts render them.
 * @throws Error that says which line is not in block style.
 */
export function postRender(manifest: string, options: PostRenderOptions): string {
  const lines = manifest.split("\n");
  const objects = documentsOf(lines).flatMap((range) => objectIn(lines, range));
  const edits = objects.flatMap((object) => [
    ...metadataEdits(lines, object, options, objects.length),
    ...probeEdits(lines, object, options.tighten),
  ]);
  return applyEdits(lines, edits).join("\n");
}

function documentsOf(lines: readonly string[]): readonly LineRange[] {
  const marks = lines.flatMap((line, at) => (/^(---|\.\.\.)(\s|$)/.test(line) ? [at] : []));
  return [-1, ...marks].map((mark, at) => ({ from: mark + 1, to: marks[at] ?? lines.length }));
}

function objectIn(lines: readonly string[], range: LineRange): readonly ObjectText[] {
  const entries = entriesOf(lines, range);
  if (entries.length === 0) return [];
  const metadata = entries.find((entry) => entry.key === "metadata");
  if (metadata === undefined) throw new Error(`line ${range.from + 1}: an object without metadata`);
  const kind = entries.find((entry) => entry.key === "kind")?.inline ?? "";
  const name = entriesOf(lines, bodyOf(metadata)).find((entry) => entry.key === "name");
  return [{ entries, metadata, kind: unquoted(kind), name: unquoted(name?.inline ?? "") }];
}

function metadataEdits(
  lines: readonly string[],
  object: ObjectText,
  options: PostRenderOptions,
  count: number,
): readonly LineEdit[] {
  const labels = setInMetadata(lines, object, "labels", options.labels);
  if (object.kind !== "Secret" || object.name !== options.countOn) return labels;
  const annotation = { [options.countAnnotation]: String(count) };
  return [...labels, ...setInMetadata(lines, object, "annotations", annotation)];
}

function setInMetadata(
  lines: readonly string[],
  object: ObjectText,
  field: "labels" | "annotations",
  values: Readonly<Record<string, string>>,
): readonly LineEdit[] {
  const quoted = Object.fromEntries(
    Object.entries(values).map(([key, value]) => [key, JSON.stringify(value)]),
  );
  const [first, ...rest] = entriesOf(lines, bodyOf(object.metadata));
  if (first === undefined) throw new Error(`line ${object.metadata.line + 1}: empty metadata`);
  const existing = [first, ...rest].find((entry) => entry.key === field);
  return existing === undefined
    ? setAmong([first, ...rest], { [field]: JSON.stringify(values) })
    : setEntries(lines, existing, quoted);
}

function probeEdits(
  lines: readonly string[],
  object: ObjectText,
  tighten: readonly string[],
): readonly LineEdit[] {
  if (object.kind !== "StatefulSet" && object.kind !== "Deployment") return [];
  const list = descend(lines, object.entries, ["spec", "template", "spec", "containers"]);
  if (list === undefined) return [];
  const containers = itemsOf(lines, bodyOf(list));
  return containers.items.flatMap((item) => {
    const entries = entriesOf(containers.lines, item);
    const name = unquoted(entries.find((entry) => entry.key === "name")?.inline ?? "");
    const probe = entries.find((entry) => entry.key === "startupProbe");
    if (probe === undefined || !tighten.includes(`${object.name}/${name}`)) return [];
    return setEntries(lines, probe, timingText(tightened(timingOf(lines, probe))));
  });
}

function descend(
  lines: readonly string[],
  entries: readonly BlockEntry[],
  path: readonly string[],
): BlockEntry | undefined {
  const [head, ...tail] = path;
  const entry = entries.find(({ key }) => key === head);
  if (entry === undefined || tail.length === 0) return entry;
  return descend(lines, entriesOf(lines, bodyOf(entry)), tail);
}

function timingOf(lines: readonly string[], probe: BlockEntry): ProbeTiming {
  const entries = entriesOf(lines, bodyOf(probe));
  const read = (key: keyof ProbeTiming): number => {
    const text = entries.find((entry) => entry.key === key)?.inline;
    return text === undefined || !/^\d+$/.test(text) ? PROBE_DEFAULTS[key] : Number(text);
  };
  return {
    initialDelaySeconds: read("initialDelaySeconds"),
    periodSeconds: read("periodSeconds"),
    failureThreshold: read("failureThreshold"),
  };
}

function timingText(probe: ProbeTiming): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(probe).map(([key, value]) => [key, String(value)]));
}

function unquoted(text: string): string {
  return text.replace(/^(["'])(.*)\1$/, "$2");
}
