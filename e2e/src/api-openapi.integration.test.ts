import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { OperationService, SnapshotService, VClusterService } from "@open-vcluster/api";
import { fuzzOpenApi } from "./foreign/schemathesis.ts";
import { applyRoles, createAccount } from "./harness/account.ts";
import { openCaller } from "./harness/caller.ts";
import { installProduct, type Product } from "./harness/product.ts";
import { rollDice } from "./harness/seed.ts";

const SECONDS = process.env["SOAK"] === "1" ? 1_800 : 60;

/** A watch has no end, so it is left out. */
const METHODS = [VClusterService, SnapshotService, OperationService]
  .flatMap(({ methods }) => methods)
  .filter(({ methodKind }) => methodKind === "unary")
  .map(({ name, parent }) => `${parent.typeName}/${name}`)
  .toSorted();

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
      const facade = product.startFacade();
      const port = await facade.serving();
      const caller = openCaller(port, token);
      const one = await caller.vclusters.createVCluster({ namespace, name: "one" });
      caller.close();
      const ids = [one.vcluster?.id ?? "", one.operationId];
      const { seed } = rollDice();
      const run = await fuzzOpenApi({ port, token, namespace, ids, seconds: SECONDS, seed });
      if (run.code !== 0) throw new Error(`SEED=${String(seed)}\n${run.stdout}\n${run.stderr}`);
      const calls = facade.audit().filter(({ decision }) => decision !== "refused");
      const called = new Set(calls.map(({ method }) => method));
      expect([...called].toSorted()).toEqual(METHODS);
    },
    (SECONDS + 240) * 1_000,
  );
});
