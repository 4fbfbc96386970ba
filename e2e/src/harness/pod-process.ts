import { readdirSync, readFileSync } from "node:fs";
import type { TestbedInfo } from "../../testbed/info.ts";

/**
 * The program of a pod, among the processes of this machine: the node's are.
 *
 * @param program - how its command line starts
 * @returns undefined while it does not run
 */
export function processOfPod(podUid: string, program: string): number | undefined {
  return findProcess(
    (pid) =>
      textOf(`/proc/${pid}/cgroup`).includes(`/pod${podUid}/`) &&
      textOf(`/proc/${pid}/cmdline`).startsWith(program),
  );
}

/** Root of the files that a node of a testbed sees, which are not all those of this machine. */
export function rootOfNode({ directory }: Pick<TestbedInfo, "directory">): string {
  const kubelet = findProcess((pid) => {
    const [program = "", ...args] = textOf(`/proc/${pid}/cmdline`).split("\0");
    return program.endsWith("kubelet") && args.some((arg) => arg.includes(`${directory}/`));
  });
  if (kubelet === undefined) throw new Error(`No node runs in ${directory}`);
  return `/proc/${String(kubelet)}/root`;
}

function findProcess(isWanted: (pid: string) => boolean): number | undefined {
  const pid = readdirSync("/proc").find((name) => /^\d+$/.test(name) && isWanted(name));
  return pid === undefined ? undefined : Number(pid);
}

/** Empty when the process has ended. */
function textOf(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return "";
  }
}
