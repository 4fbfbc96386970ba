import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Product } from "./product.ts";

/** The roles that the documentation offers. */
export type Role = "vcluster-viewer" | "vcluster-operator" | "vcluster-tenant-admin";

/** Somebody who calls the API. */
export interface Account {
  /** As the API names them: `system:serviceaccount:NAMESPACE:NAME`. */
  readonly name: string;
  /** Good for the API's audience. */
  readonly token: string;
}

const PAGE = join(import.meta.dirname, "../../../docs/how-to/permissions.md");

/** Creates the roles exactly as the page about permissions prints them. */
export async function applyRoles({ kubectl }: Pick<Product, "kubectl">): Promise<void> {
  const [, yaml = ""] = /```yaml\n([\s\S]*?)```/.exec(readFileSync(PAGE, "utf8")) ?? [];
  await kubectl.run(["apply", "-f", "-"], yaml);
}

/** Makes a ServiceAccount in a namespace, which exists, and binds roles to it there. */
export async function createAccount(
  { kubectl }: Pick<Product, "kubectl">,
  { namespace, name }: { readonly namespace: string; readonly name: string },
  roles: readonly Role[],
): Promise<Account> {
  await kubectl.run(["create", "serviceaccount", name, "-n", namespace]);
  for (const role of roles) {
    await kubectl.run([
      "create",
      "rolebinding",
      `${name}-${role}`,
      `--namespace=${namespace}`,
      `--clusterrole=${role}`,
      `--serviceaccount=${namespace}:${name}`,
    ]);
  }
  const token = await kubectl.run([
    "create",
    "token",
    name,
    `--namespace=${namespace}`,
    "--audience=open-vcluster",
    "--duration=24h",
  ]);
  return { name: `system:serviceaccount:${namespace}:${name}`, token: token.trim() };
}
