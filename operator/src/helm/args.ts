import {
  ATTEMPT_LABEL,
  CHART_LABEL,
  ETCD_MEMBERS_LABEL,
  HEALTHY_LABEL,
  KUBERNETES_LABEL,
  MODE_LABEL,
  OBJECT_COUNT_ANNOTATION,
  RENDER_LABEL,
  RENDERER_LABEL,
  VALUES_DIGEST_LABEL,
} from "@open-vcluster/crds";
import type { ReleaseTarget, RenderRequest } from "./helm.ts";
import type { PostRenderOptions } from "./post-render.ts";
import { ownerLabels } from "./releases.ts";

/** Files and programs that a command line names. */
export interface CommandFiles {
  /** The values file. */
  readonly values: string;
  /** The program that Helm starts as post-renderer, and the arguments before its options. */
  readonly postRenderer: readonly [program: string, ...args: readonly string[]];
}

/** Revisions that Helm keeps: the current one and the one to go back to. */
const HISTORY_MAX = 2;

/**
 * `helm upgrade --install`. Values travel in a file: a command line is readable by everybody on the machine.
 *
 * `--reset-values`, because Helm takes empty values for "those of the last time". The labels `healthy` and `failed` are set to
 * false, because Helm carries the labels of the last revision over (pkg/action/upgrade.go, mergeCustomLabels). Two checks are
 * left out: the schema, which the values have passed, and OpenAPI, which downloads the server's schema at half the
 * cost of the whole run and then finds nothing, since servers that validate fields themselves are left to do it.
 */
export function upgradeArgs(
  request: RenderRequest,
  files: CommandFiles,
  attempt: string,
): readonly string[] {
  return [
    "upgrade",
    "--install",
    "--reset-values",
    "--history-max",
    String(HISTORY_MAX),
    "--hide-notes",
    "--skip-schema-validation",
    "--disable-openapi-validation",
    ...renderArgs(request, files),
    ...labelArgs(revisionLabels(request, attempt)),
    "--",
    request.target.release,
    request.chartPath,
  ];
}

/** `helm template`: no cluster is asked. */
export function templateArgs(
  request: RenderRequest,
  files: CommandFiles,
  kubeVersion: string,
): readonly string[] {
  return [
    "template",
    "--kube-version",
    kubeVersion,
    ...renderArgs(request, files),
    "--",
    request.target.release,
    request.chartPath,
  ];
}

/** `helm rollback`. It has no `--labels`: the new revision carries those of the old one. */
export function rollbackArgs(target: ReleaseTarget, revision: number): readonly string[] {
  return [
    "rollback",
    "--namespace",
    target.namespace,
    "--history-max",
    String(HISTORY_MAX),
    "--",
    target.release,
    String(revision),
  ];
}

/** `helm uninstall`, history included. */
export function uninstallArgs(target: ReleaseTarget): readonly string[] {
  return ["uninstall", "--namespace", target.namespace, "--ignore-not-found", "--", target.release];
}

/** The labels of the revision's Secret. */
export function revisionLabels(
  request: RenderRequest,
  attempt: string,
): Readonly<Record<string, string>> {
  const { facts } = request;
  return {
    ...ownerLabels(request.owner),
    [VALUES_DIGEST_LABEL]: facts.valuesDigest,
    [RENDERER_LABEL]: facts.renderer,
    [CHART_LABEL]: facts.chartVersion,
    [KUBERNETES_LABEL]: facts.kubernetesVersion,
    [MODE_LABEL]: facts.mode,
    [ETCD_MEMBERS_LABEL]: String(facts.etcdMembers),
    [ATTEMPT_LABEL]: attempt,
    [HEALTHY_LABEL]: "false",
  };
}

/** What the post-renderer is told. */
function postRenderOptions(request: RenderRequest): PostRenderOptions {
  const { release } = request.target;
  return {
    labels: { ...ownerLabels(request.owner), [RENDER_LABEL]: request.facts.valuesDigest },
    countOn: `vc-config-${release}`,
    countAnnotation: OBJECT_COUNT_ANNOTATION,
    tighten: request.render.tightenProbes ? [`${release}/syncer`, `${release}-etcd/etcd`] : [],
  };
}

function renderArgs(request: RenderRequest, files: CommandFiles): readonly string[] {
  const [program, ...args] = files.postRenderer;
  return [
    "--namespace",
    request.target.namespace,
    "--values",
    files.values,
    "--post-renderer",
    program,
    ...[...args, JSON.stringify(postRenderOptions(request))].flatMap((arg) => [
      "--post-renderer-args",
      arg,
    ]),
  ];
}

function labelArgs(labels: Readonly<Record<string, string>>): readonly string[] {
  return Object.entries(labels).flatMap(([key, value]) => ["--labels", `${key}=${value}`]);
}
