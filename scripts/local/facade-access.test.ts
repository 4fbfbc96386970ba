import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it } from "@jest/globals";
import { checkoutOf } from "./checkout.ts";
import { removeFacadeAccess, writeFacadeAccess } from "./facade-access.ts";
import type { Kubectl } from "./kubectl.ts";

it("removes every object that it made, so that the token ends", async () => {
  const directory = mkdtempSync(join(tmpdir(), "facade-access-"));
  const calls: { readonly verb: string | undefined; readonly input: string | undefined }[] = [];
  const kubectl: Kubectl = ([verb], input) => {
    calls.push({ verb, input });
    return Promise.resolve("TOKEN\n");
  };
  try {
    const checkout = { ...checkoutOf(directory), facadeAccess: join(directory, "facade.json") };
    await writeFacadeAccess(checkout, "https://api.example.com", kubectl);
    expect(readFileSync(checkout.facadeAccess, "utf8")).toContain('"TOKEN"');
    await removeFacadeAccess(kubectl);
  } finally {
    rmSync(directory, { recursive: true });
  }
  const [applied, , deleted] = calls;
  expect([applied?.verb, deleted?.verb]).toEqual(["apply", "delete"]);
  expect(applied?.input).toContain("ClusterRoleBinding");
  expect(deleted?.input).toBe(applied?.input);
});
