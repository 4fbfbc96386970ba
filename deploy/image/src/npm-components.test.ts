import { join } from "node:path";
import { describe, expect, it } from "@jest/globals";
import { npmComponent, packagesOf } from "./npm-components.ts";

const ROOT = join(import.meta.dirname, "..", "..", "..");

describe("packagesOf", () => {
  it("names each package once, the innermost where they are nested", () => {
    const files = [
      "node_modules/yaml/dist/index.js",
      "node_modules/yaml/dist/compose.js",
      "node_modules/@scope/name/index.js",
      "node_modules/outer/node_modules/inner/index.js",
      "runtime/src/index.ts",
    ];
    expect(packagesOf(files)).toEqual([
      "node_modules/@scope/name",
      "node_modules/outer/node_modules/inner",
      "node_modules/yaml",
    ]);
  });
});

describe("npmComponent", () => {
  it("reads what an installed package says of itself", () => {
    expect(npmComponent(join(ROOT, "node_modules", "yaml"))).toMatchObject({
      name: "yaml",
      purl: expect.stringMatching(/^pkg:npm\/yaml@\d/),
      licence: "ISC",
      texts: [expect.stringContaining("Permission to use, copy, modify")],
    });
  });
});
