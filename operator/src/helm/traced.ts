import type { Tracing } from "@open-vcluster/runtime";
import type { Helm } from "./helm.ts";

/** Runs of Helm as spans of the effect that they belong to. */
export function tracedHelm(helm: Helm, tracing: Tracing): Helm {
  const run = <T>(verb: string, release: string, work: () => Promise<T>): Promise<T> =>
    tracing.inside(
      { name: `helm ${verb}`, kind: "client", facts: { "helm.release": release } },
      work,
    );
  return {
    upgradeInstall: (request, signal) =>
      run("upgrade", request.target.release, () => helm.upgradeInstall(request, signal)),
    rollback: (target, revision, signal) =>
      run("rollback", target.release, () => helm.rollback(target, revision, signal)),
    uninstall: (target, signal) =>
      run("uninstall", target.release, () => helm.uninstall(target, signal)),
    template: (request, kubeVersion, signal) =>
      run("template", request.target.release, () => helm.template(request, kubeVersion, signal)),
  };
}
