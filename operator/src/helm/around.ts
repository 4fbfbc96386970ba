import type { Helm } from "./helm.ts";

/** Runs one command of Helm, with something before and after. */
export type AroundRun = <T>(verb: string, release: string, run: () => Promise<T>) => Promise<T>;

/** A Helm each of whose commands is run by `around`. */
export function aroundHelm(helm: Helm, around: AroundRun): Helm {
  return {
    upgradeInstall: (request, signal) =>
      around("upgrade", request.target.release, () => helm.upgradeInstall(request, signal)),
    rollback: (target, revision, signal) =>
      around("rollback", target.release, () => helm.rollback(target, revision, signal)),
    uninstall: (target, signal) =>
      around("uninstall", target.release, () => helm.uninstall(target, signal)),
    template: (request, kubeVersion, signal) =>
      around("template", request.target.release, () => helm.template(request, kubeVersion, signal)),
  };
}
