import { keyText } from "../format/key-text.ts";
import { parseRegistryKey, type RegistryKey } from "../inventory/registry-key.ts";
import { storedObjectOf } from "../inventory/stored-object.ts";
import { storedResource } from "../inventory/stored-resource.ts";
import { readRecords } from "../read/read-snapshot.ts";
import type { KvCall } from "../source/kv-store.ts";
import { RestoreError } from "./restore-error.ts";
import { createRules, type RestoreOptions } from "./rules.ts";
import { kindsOf, NAMESPACES, type Selection } from "./selection.ts";
import type { Restoration } from "./snapshot-sides.ts";

type Part = RestoreOptions & { readonly selection: Selection };

/** The snapshot that a part is taken of. */
type Source = Pick<Restoration, "repository" | "snapshot">;

/**
 * The options of a part with all that it has to bring besides what was selected: an object of a namespace that is gone, or a
 * custom resource whose definition is, could be written and never be used.
 *
 * Reads the whole snapshot, and rejects as {@link needsOfPart} does.
 */
export async function partOf(
  { live, ...source }: Source & Pick<Restoration, "live">,
  options: Part,
  call: KvCall = {},
): Promise<RestoreOptions> {
  const needs = await needsOfPart(source, options, call);
  return { ...options, required: await missingOf([...needs], live, call) };
}

/**
 * Keys of what the objects of a part cannot be without. Rejects with `NothingSelected` where the snapshot holds none of a
 * kind, or not the namespace, that was asked for, or nothing at all that passes.
 */
export async function needsOfPart(
  { repository, snapshot }: Source,
  options: Part,
  call: KvCall = {},
): Promise<ReadonlySet<string>> {
  const { selection, ...ofAll } = options;
  const [everything, rules] = [createRules(ofAll), createRules(options)];
  const absent = {
    namespaces: new Set(selection.namespaces),
    kinds: new Set(selection.kinds),
  };
  const needs = new Set<string>();
  let isEmpty = true;
  for await (const { key: bytes, value } of readRecords(repository, snapshot, call)) {
    const key = keyText(bytes);
    if (!everything.covers(key)) continue;
    const parsed = parseRegistryKey(key);
    absent.namespaces.delete(namespaceOf(parsed));
    if (absent.kinds.size > 0) {
      for (const kind of kindsOf(key, storedObjectOf(value))) absent.kinds.delete(kind);
    }
    if (!rules.covers(key) || !rules.coversValue(bytes, value)) continue;
    isEmpty = false;
    for (const need of needsOf(parsed)) needs.add(need);
  }
  assertSelected(selection, absent, isEmpty);
  return needs;
}

function namespaceOf({ prefix, namespace, name }: RegistryKey): string {
  return prefix === NAMESPACES ? name : namespace;
}

const DEFINITIONS = "/registry/apiextensions.k8s.io/customresourcedefinitions/";

function needsOf({ prefix, namespace }: RegistryKey): readonly string[] {
  const resource = storedResource(prefix);
  return [
    ...(namespace === "" ? [] : [`${NAMESPACES}${namespace}`]),
    ...(resource.includes(".") ? [`${DEFINITIONS}${resource}`] : []),
  ];
}

function assertSelected(
  { namespaces = [], kinds = [] }: Selection,
  absent: Readonly<Record<"namespaces" | "kinds", ReadonlySet<string>>>,
  isEmpty: boolean,
): void {
  const lost = (list: readonly string[], of: ReadonlySet<string>): number =>
    list.findIndex((each) => of.has(each));
  const kind = lost(kinds, absent.kinds);
  if (kind >= 0) {
    throw new RestoreError(
      "NothingSelected",
      `spec.filters.kinds[${kind}]: the snapshot holds no ${kinds[kind] ?? ""} that is restored; kinds are resources in the plural with their group, such as configmaps or deployments.apps, and events need keepEvents`,
    );
  }
  const namespace = lost(namespaces, absent.namespaces);
  if (namespace >= 0) {
    throw new RestoreError(
      "NothingSelected",
      `spec.filters.namespaces[${namespace}]: the snapshot holds no namespace ${namespaces[namespace] ?? ""}`,
    );
  }
  if (isEmpty) {
    throw new RestoreError(
      "NothingSelected",
      "spec.filters: nothing in the snapshot passes them all",
    );
  }
}

/** Those that the live store does not have, or will not have much longer. */
async function missingOf(
  keys: readonly string[],
  live: Restoration["live"],
  call: KvCall,
): Promise<ReadonlySet<string>> {
  const revision = await live.revision(call);
  const found = await live.fetch(
    keys.map((key) => Buffer.from(key)),
    revision,
    call,
  );
  const isMissing = (_key: string, at: number): boolean => {
    const entry = found[at];
    return entry === undefined || storedObjectOf(entry.value)?.isTerminating === true;
  };
  return new Set(keys.filter(isMissing));
}
