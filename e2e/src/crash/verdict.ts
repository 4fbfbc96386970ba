import type { Mark } from "../harness/api.ts";
import type { Stage } from "../harness/stage.ts";
import type { Passed } from "../harness/supervisor.ts";
import { waitFor } from "../harness/wait.ts";

/** What was found about the release of one instance. */
export interface Release {
  /** `1 superseded`, `2 deployed` … */
  readonly revisions: readonly string[];
  readonly newest: number;
  /** Objects of the chart that are not of the deployed revision. */
  readonly stale: readonly string[];
  /** Objects of the deployed revision that exist, and how many it has. */
  readonly objects: { readonly found: number; readonly expected: number };
}

const RENDERED = [
  "api/v1/services",
  "api/v1/secrets",
  "api/v1/configmaps",
  "api/v1/serviceaccounts",
  "api/v1/resourcequotas",
  "api/v1/limitranges",
  "apis/apps/v1/statefulsets",
  "apis/apps/v1/deployments",
  "apis/rbac.authorization.k8s.io/v1/roles",
  "apis/rbac.authorization.k8s.io/v1/rolebindings",
  "apis/rbac.authorization.k8s.io/v1/clusterroles",
  "apis/rbac.authorization.k8s.io/v1/clusterrolebindings",
  "apis/networking.k8s.io/v1/networkpolicies",
  "apis/networking.k8s.io/v1/ingresses",
  "apis/policy/v1/poddisruptionbudgets",
];

const DIGEST_LABEL = "openvcluster.io/values-digest";
const RENDER_LABEL = "openvcluster.io/render";

/** Reads the release of an instance and everything that carries its labels. */
async function releaseOf(stage: Stage, name: string): Promise<Release> {
  const { api, product } = stage;
  const secrets = `/api/v1/namespaces/${stage.targetNamespace(name)}/secrets`;
  const revisions = [...(await api.marks(`${secrets}?labelSelector=owner%3Dhelm%2Cname%3D${name}`))]
    .map(({ metadata }) => metadata.labels ?? {})
    .sort((a, b) => Number(a["version"]) - Number(b["version"]));
  const deployed = revisions.find((labels) => labels["status"] === "deployed");
  const selector = encodeURIComponent(
    [
      `openvcluster.io/instance-namespace=${product.namespace}`,
      `openvcluster.io/instance-name=${name}`,
      RENDER_LABEL,
    ].join(","),
  );
  const lists = await Promise.all(
    RENDERED.map(async (path) =>
      (await api.marks(`/${path}?labelSelector=${selector}`)).map((mark) => ({ path, mark })),
    ),
  );
  const all = lists.flat();
  const isCurrent = ({ metadata }: Mark): boolean =>
    metadata.labels?.[RENDER_LABEL] === deployed?.[DIGEST_LABEL];
  const count = all.find(({ mark }) => mark.metadata.name === `vc-config-${name}`);
  return {
    revisions: revisions.map((labels) => `${labels["version"] ?? ""} ${labels["status"] ?? ""}`),
    newest: Number(revisions.at(-1)?.["version"] ?? 0),
    stale: all
      .filter(({ mark }) => !isCurrent(mark))
      .map(({ path, mark }) => `${path} ${mark.metadata.name}`),
    objects: {
      found: all.filter(({ mark }) => isCurrent(mark)).length,
      expected: Number(
        count?.mark.metadata.annotations?.["openvcluster.io/object-count"] ?? Number.NaN,
      ),
    },
  };
}

/**
 * Waits until exactly one release with one deployed revision is left, all of its objects and none besides.
 *
 * @returns the newest revision
 */
export async function soundRelease(stage: Stage, name: string): Promise<number> {
  let last: Release | undefined;
  await waitFor(
    `the release of ${name} is sound`,
    async () => {
      last = await releaseOf(stage, name);
      const statuses = last.revisions.map((revision) => revision.split(" ")[1] ?? "");
      return (
        last.revisions.length <= 2 &&
        statuses.at(-1) === "deployed" &&
        statuses.filter((status) => status === "deployed").length === 1 &&
        !statuses.some((status) => status.startsWith("pending")) &&
        last.stale.length === 0 &&
        last.objects.found === last.objects.expected
      );
    },
    { timeoutMs: 120_000, describe: () => Promise.resolve(JSON.stringify(last, null, 1)) },
  );
  return last?.newest ?? 0;
}

/** Runs of Helm for an instance that an operator began and did not see the end of. */
export function unfinishedRuns(passed: readonly Passed[], instance: string): number {
  const count = (when: Passed["when"]): number =>
    passed.filter(
      (place) =>
        place.when === when &&
        place.instance === instance &&
        (place.effect === "applyRelease" || place.effect === "rollBack"),
    ).length;
  return count("before") - count("after");
}

/** The certificate authority of a virtual cluster: its identity. */
export async function authorityOf(stage: Stage, name: string): Promise<string> {
  const secret = await stage.inTarget<{ readonly data?: Readonly<Record<string, string>> }>(
    name,
    `secrets/${name}-certs`,
  );
  return secret?.data?.["ca.crt"] ?? "";
}
