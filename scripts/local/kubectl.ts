import { chmodSync, mkdirSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { runCommand } from "../../e2e/testbed/host/command.ts";
import type { Checkout } from "./checkout.ts";

/** Runs kubectl against the host cluster and returns what it printed. */
export type Kubectl = (args: readonly string[], input?: string) => Promise<string>;

/** For one call; kubectl itself would wait for ever. */
const CALL_TIMEOUT_MS = 60_000;

/** kubectl with the credentials of a checkout. */
export function createKubectl(program: string, checkout: Checkout, signal: AbortSignal): Kubectl {
  return (args, input) =>
    runCommand(program, args, {
      env: { ...process.env, KUBECONFIG: checkout.kubeconfig },
      signal,
      timeoutMs: CALL_TIMEOUT_MS,
      ...(input === undefined ? {} : { input }),
    });
}

/** Writes the script `.local/bin/kubectl` for people; `--kubeconfig` still chooses another cluster. */
export function writeKubectlScript(program: string, checkout: Checkout): void {
  mkdirSync(dirname(checkout.kubectl), { recursive: true, mode: 0o700 });
  const lines = [
    "#!/bin/sh",
    `KUBECONFIG=${shellQuoted(checkout.kubeconfig)} exec ${shellQuoted(program)} "$@"`,
    "",
  ];
  writeFileSync(checkout.kubectl, lines.join("\n"));
  chmodSync(checkout.kubectl, 0o755);
}

function shellQuoted(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}
