import { closeSync, existsSync, openSync, readSync } from "node:fs";
import { join } from "node:path";
import { TestbedError } from "../failure.ts";
import { tryCommand } from "../host/command.ts";
import { findTool, installPackages } from "../host/tool.ts";
import type { Progress } from "../progress.ts";

/** Plugins that a node's network is made of, and where distributions put them. */
const CNI_PLUGINS = ["ptp", "portmap", "host-local", "loopback"] as const;
const CNI_DIRECTORIES = ["/usr/lib/cni", "/opt/cni/bin", "/usr/libexec/cni"];

/** Tools of the machine that a node needs, with the Debian package of each. */
const TOOLS: Readonly<Record<string, string>> = {
  runc: "runc",
  conntrack: "conntrack",
  nft: "nftables",
  iptables: "iptables",
  ip: "iproute2",
  unshare: "util-linux",
  nsenter: "util-linux",
  mount: "mount",
  gcc: "gcc libc6-dev",
};

/** What was found on the machine. */
export interface Machine {
  readonly cniDirectory: string;
  readonly busybox: string;
}

/**
 * Checks that a node can run here, and as root on Debian installs what is missing.
 * @throws TestbedError `NodeUnsupported` listing everything that is missing, in one message
 */
export async function requireMachine(progress: Progress): Promise<Machine> {
  const first = await missingParts();
  const packages = first.flatMap((part) => (part.debianPackage ?? "").split(" ").filter(Boolean));
  await installPackages(packages, progress);
  const missing = await missingParts();
  if (missing.length > 0) {
    const list = missing.map((part) => `  - ${part.text}`).join("\n");
    throw new TestbedError(
      "NodeUnsupported",
      `A Kubernetes node cannot run on this machine. Missing:\n${list}\n` +
        "Tests that need no node run anyway (testbed level controlPlane).",
    );
  }
  return { cniDirectory: cniDirectory() ?? "", busybox: findTool("busybox") ?? "" };
}

interface MissingPart {
  readonly text: string;
  readonly debianPackage?: string;
}

async function missingParts(): Promise<readonly MissingPart[]> {
  if (process.platform !== "linux") return [{ text: `Linux (this is ${process.platform})` }];
  const tools = Object.entries(TOOLS)
    .filter(([tool]) => findTool(tool) === undefined)
    .map(([tool, debianPackage]) => ({
      text: `the program ${tool} (Debian package ${debianPackage})`,
      debianPackage,
    }));
  const parts: MissingPart[] = [...tools];
  if (cniDirectory() === undefined) {
    parts.push({
      text: `the CNI plugins ${CNI_PLUGINS.join(", ")} in one of ${CNI_DIRECTORIES.join(", ")} (Debian package containernetworking-plugins)`,
      debianPackage: "containernetworking-plugins",
    });
  }
  const busybox = findTool("busybox");
  if (busybox === undefined || !isStatic(busybox)) {
    parts.push({
      text: "a statically linked busybox (Debian package busybox-static)",
      debianPackage: "busybox-static",
    });
  }
  return [...parts, ...(await missingRights())];
}

async function missingRights(): Promise<readonly MissingPart[]> {
  if (process.getuid?.() !== 0) return [{ text: "root (run it with sudo)" }];
  if (findTool("unshare") === undefined) return [];
  const trial = await tryCommand("unshare", [
    ...["--fork", "--pid", "--mount", "--net", "--mount-proc"],
    ...["sh", "-c", "mount -t tmpfs tmpfs /mnt"],
  ]);
  const rights =
    trial.code === 0
      ? []
      : [{ text: `the right to make namespaces and mounts: ${trial.stderr.trim()}` }];
  const cgroups = existsSync("/sys/fs/cgroup") ? [] : [{ text: "cgroups at /sys/fs/cgroup" }];
  return [...rights, ...cgroups];
}

function cniDirectory(): string | undefined {
  return CNI_DIRECTORIES.find((directory) =>
    CNI_PLUGINS.every((plugin) => existsSync(join(directory, plugin))),
  );
}

/** A dynamic program names its loader, `/lib…/ld-…`, within its first bytes. */
function isStatic(path: string): boolean {
  const head = Buffer.alloc(4096);
  const file = openSync(path, "r");
  try {
    readSync(file, head, 0, head.length, 0);
  } finally {
    closeSync(file);
  }
  return !/\/lib(64|x32)?\/[\w-]*ld-/.test(head.toString("latin1"));
}
