import { expect, it } from "@jest/globals";
import { createRules } from "./sections.ts";

it("names each place of a rule once, however many refusals show it", () => {
  const message = "must be a size";
  const table = createRules([
    { at: "spec.storage.size", message, spec: { storage: { size: "lots" } } },
    { at: "spec.quota.storage", message, spec: { quota: { storage: "lots" } } },
    { at: "spec.storage.size", message, spec: { storage: { size: "-1" } } },
  ]);
  expect(table.split("\n").slice(2)).toEqual([
    '| `spec.storage.size` `spec.quota.storage` | `{"storage":{"size":"lots"}}` | must be a size |',
  ]);
});
