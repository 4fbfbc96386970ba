import { Failure } from "@open-vcluster/runtime";
import { RENDERED_KINDS } from "../../world/kinds.ts";
import { deployedRevision } from "../release-facts.ts";
import { releaseOwnerOf, targetOf } from "./context.ts";
import type { Effects } from "./effect.ts";

type Names =
  | "applyRelease"
  | "rollBack"
  | "deletePendingRevision"
  | "markHealthy"
  | "prune"
  | "uninstall";

/** Effects on the Helm release. */
export const releaseEffects: Pick<Effects, Names> = {
  applyRelease: async ({ release, chartPath }, context, signal) => {
    const { values, ...facts } = release;
    await context.releases.requireGenuine(targetOf(context), signal);
    await context.helm.upgradeInstall(
      {
        target: targetOf(context),
        chartPath,
        values,
        owner: releaseOwnerOf(context),
        facts,
        render: { tightenProbes: true },
      },
      signal,
    );
    return {};
  },
  rollBack: async ({ toRevision }, context, signal) => {
    await context.releases.requireGenuine(targetOf(context), signal);
    await context.helm.rollback(targetOf(context), toRevision, signal);
    return {};
  },
  deletePendingRevision: async ({ revision }, context, signal) => {
    await context.releases.deletePending(targetOf(context), revision, signal);
    return {};
  },
  markHealthy: async ({ revision }, context, signal) => {
    await context.releases.markHealthy(targetOf(context), revision, signal);
    return {};
  },
  prune: async (_action, context, signal) => {
    const { seen, client } = context;
    if (deployedRevision(seen) === undefined) return {};
    for (const { kind, namespace, name } of seen.rendered.stale) {
      const type = RENDERED_KINDS.find((known) => known.kind === kind);
      if (type === undefined) throw new Failure("bug", "InternalError", `Kind ${kind} is unknown`);
      await client.delete(
        type,
        { namespace: namespace === "" ? undefined : namespace, name },
        { signal },
      );
    }
    return {};
  },
  uninstall: async (_action, context, signal) => {
    await context.releases.requireGenuine(targetOf(context), signal);
    await context.helm.uninstall(targetOf(context), signal);
    return {};
  },
};
