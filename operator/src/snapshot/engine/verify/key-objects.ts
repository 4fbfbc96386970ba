import { readClearObject } from "../format/clear-object.ts";
import { KEYS_PREFIX } from "../repository/paths.ts";
import type { ObjectStore, StoreCall } from "../store/object-store.ts";
import { type Finding, findingOf } from "./finding.ts";

/** Looks at every wrapped key, also at those that wait for another key of the keeper than the one at hand. */
export async function verifyKeyObjects(
  store: ObjectStore,
  call: StoreCall,
): Promise<readonly Finding[]> {
  const findings: Finding[] = [];
  for await (const { key } of store.list(KEYS_PREFIX, call)) {
    try {
      readClearObject(key, await store.get(key, call), undefined);
    } catch (error) {
      findings.push(findingOf(error, "key"));
    }
  }
  return findings;
}
