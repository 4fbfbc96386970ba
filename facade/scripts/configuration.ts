import { variablesPage } from "@open-vcluster/runtime";
import { FACADE_VARIABLES } from "../src/config/variables.ts";

/**
 * The page docs/reference/facade-configuration.md: every environment variable of the facade.
 *
 * @returns Markdown
 */
export function facadeConfigurationPage(): string {
  return variablesPage("facade", FACADE_VARIABLES);
}
