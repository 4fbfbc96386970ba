import { readFile } from "node:fs/promises";
import { describe, expect, it } from "@jest/globals";
import { ARGOCD_CONFIG, argocdConfig } from "./argocd-config.ts";

describe("deploy/gitops/argocd/argocd-cm.yaml", () => {
  it("is what npm run generate writes", async () => {
    expect(await readFile(ARGOCD_CONFIG, "utf8")).toBe(argocdConfig());
  });
});
