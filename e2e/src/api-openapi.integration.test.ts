import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { fuzzOpenApi } from "./foreign/schemathesis.ts";
import { applyRoles, createAccount } from "./harness/account.ts";
import { installProduct, type Product } from "./harness/product.ts";
import { rollDice } from "./harness/seed.ts";

const SECONDS = process.env["SOAK"] === "1" ? 1_800 : 60;

describe("the OpenAPI document", () => {
  let product: Product;

  beforeAll(async () => {
    product = await installProduct("openapi");
    await applyRoles(product);
  }, 120_000);

  afterAll(async () => {
    await product.close();
  }, 60_000);

  it(
    "documents every answer to calls that schemathesis makes up",
    async () => {
      const { namespace } = product;
      const account = { namespace, name: "tenant" };
      const { token } = await createAccount(product, account, ["vcluster-tenant-admin"]);
      const port = await product.startFacade().serving();
      const { seed } = rollDice();
      const run = await fuzzOpenApi({ port, token, namespace, seconds: SECONDS, seed });
      if (run.code !== 0) throw new Error(`SEED=${String(seed)}\n${run.stdout}\n${run.stderr}`);
      expect(run.stdout).toMatch(/\d+ generated/);
    },
    (SECONDS + 240) * 1_000,
  );
});
