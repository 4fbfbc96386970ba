import { type Need, OPERATOR_ID, type Place } from "./need.ts";
import { inOrder } from "./rules.ts";

const PLACES: readonly { readonly place: Place; readonly title: string; readonly words: string }[] =
  [
    {
      place: "everywhere",
      title: "In all namespaces",
      words:
        "ClusterRole `open-vcluster-ID-operator`. Target namespaces are made by the operator, and RBAC knows no patterns of names, so these rights hold everywhere; the operator uses them in namespaces, and on objects, that carry its own labels. With `watchNamespaces` the API server holds it to that: the ValidatingAdmissionPolicy `fence.ID.openvcluster.io` of the chart refuses whatever it would write elsewhere, and it has no right to change that policy. Admission sees no reads: those hold everywhere, of Secrets too ([why](../concept/least-privilege.md)). What is granted in the whole cluster is granted by a ClusterRole of vcluster's chart; the fence lets such a role read, and write PriorityClasses, no more.",
    },
    {
      place: "instances",
      title: "In the namespaces of instances",
      words:
        "ClusterRole `open-vcluster-ID-operator-instances`, bound in all namespaces or, with `watchNamespaces`, in those alone.",
    },
    {
      place: "own",
      title: "In its own namespace",
      words: "Role `RELEASE-operator`.",
    },
  ];

/** The page docs/reference/permissions-operator.md. Pure. */
export function permissionsPage(needed: readonly Need[]): string {
  return [
    "# Rights of the operator",
    "",
    "<!-- Written by npm run generate:rendered --workspace deploy/scripts. Do not edit. -->",
    "",
    "What the chart's roles allow the operator, and why. Nobody in Kubernetes grants a right that he does not hold: each right that a chart",
    "of vcluster gives to a control plane is a right of the operator too. These are computed by rendering every supported chart for every switch that",
    "an instance may set; the verbs `escalate`, `bind` and `impersonate` are not among them, nor is any wildcard.",
    ...PLACES.flatMap(({ place, title, words }) => [
      "",
      `## ${title}`,
      "",
      words,
      "",
      "| API group | resource | verbs | because the operator |",
      "| --- | --- | --- | --- |",
      ...rowsOf(needed.filter((need) => need.place === place)),
    ]),
    "",
  ].join("\n");
}

function rowsOf(needed: readonly Need[]): readonly string[] {
  const cells = new Map<string, Set<string>>();
  for (const { group, resource, reason, verb, names = [] } of needed) {
    const which = [`\`${resource}\``, ...names.map((name) => name.replace(OPERATOR_ID, "ID"))];
    const key = [group === "" ? "core" : group, which.join(" "), reason].join("\n");
    cells.set(key, (cells.get(key) ?? new Set()).add(verb));
  }
  return [...cells]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, verbs]) => {
      const [group = "", resource = "", reason = ""] = key.split("\n");
      return `| ${group} | ${resource} | ${inOrder(verbs).join(", ")} | ${reason} |`;
    });
}
