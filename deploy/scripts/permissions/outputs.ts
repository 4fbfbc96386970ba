import { join } from "node:path";
import { stringify } from "yaml";
import type { GeneratedFile } from "../generated-file.ts";
import { type ChartPlace, grantedNeeds } from "./granted-needs.ts";
import type { Need, Place } from "./need.ts";
import { OWN_NEEDS } from "./own-needs.ts";
import { permissionsPage } from "./permissions-page.ts";
import { rulesOf } from "./rules.ts";

const DEPLOY = join(import.meta.dirname, "../..");
const PLACES: readonly Place[] = ["everywhere", "instances", "own"];

/** The operator's rules as the chart reads them, and the page that explains them. */
export async function permissionFiles(place: ChartPlace): Promise<readonly GeneratedFile[]> {
  return permissionFilesOf(await allNeeds(place));
}

/** Everything that the operator needs, with all reasons. */
export async function allNeeds(place: ChartPlace): Promise<readonly Need[]> {
  return [...OWN_NEEDS, ...(await grantedNeeds(place))];
}

/** The same files, for needs that are known. Throws if a wildcard is among them. Pure. */
export function permissionFilesOf(needed: readonly Need[]): readonly GeneratedFile[] {
  refuseWildcards(needed);
  return [
    { path: join(DEPLOY, "chart/files/operator-rules.yaml"), text: rulesFile(needed) },
    {
      path: join(DEPLOY, "../docs/reference/permissions-operator.md"),
      text: permissionsPage(needed),
    },
  ];
}

function rulesFile(needed: readonly Need[]): string {
  const rules = Object.fromEntries(PLACES.map((place) => [place, rulesOf(needed, place)]));
  return [
    "# Written by npm run generate:rendered --workspace deploy/scripts. Do not edit.",
    "# docs/reference/permissions-operator.md has the reasons.",
    stringify(rules, { lineWidth: 110 }),
  ].join("\n");
}

function refuseWildcards(needed: readonly Need[]): void {
  const wild = needed.filter(({ group, resource, verb }) => [group, resource, verb].includes("*"));
  if (wild.length > 0) throw new Error(`wildcards: ${JSON.stringify(wild)}`);
}
