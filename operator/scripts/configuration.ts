import { variablesPage } from "@open-vcluster/runtime";
import { OPERATOR_VARIABLES } from "../src/config.ts";

/**
 * The page docs/reference/configuration.md: every environment variable of the operator.
 *
 * @returns Markdown
 */
export function configurationPage(): string {
  return variablesPage("operator", OPERATOR_VARIABLES);
}
