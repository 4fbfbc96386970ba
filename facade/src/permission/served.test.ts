import { describe, expect, it } from "@jest/globals";
import type { Principal } from "../identity/principal.ts";
import type { Permissions } from "./permissions.ts";
import { onlyServed } from "./served.ts";

const SOMEBODY = { name: "somebody" } as Principal;
const EVERYTHING: Permissions = {
  check: () => Promise.resolve(true),
  require: () => Promise.resolve(),
  namespacesWhere: () => Promise.resolve("all"),
};

describe("permissions of an installation for some namespaces", () => {
  const permissions = onlyServed(["shop", "bank"], EVERYTHING);

  it("are what RBAC says in those", async () => {
    expect(await permissions.check(SOMEBODY, { verb: "get", namespace: "shop" })).toBe(true);
    await permissions.require(SOMEBODY, { verb: "list", namespace: "bank" });
    expect(await permissions.namespacesWhere(SOMEBODY, { verb: "list" }, ["shop"])).toBe("all");
  });

  it("are none elsewhere, whoever asks", async () => {
    expect(await permissions.check(SOMEBODY, { verb: "get", namespace: "other" })).toBe(false);
    await expect(
      permissions.require(SOMEBODY, { verb: "get", namespace: "other" }),
    ).rejects.toMatchObject({
      kind: "denied",
      reason: "PermissionDenied",
      message: "This API does not serve namespace other; it serves shop, bank",
    });
  });

  it("are those of RBAC alone where all namespaces are served", () => {
    expect(onlyServed([], EVERYTHING)).toBe(EVERYTHING);
  });
});
