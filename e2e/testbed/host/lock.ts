import { linkSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { isAlive, ownIdentity, type ProcessIdentity } from "./process.ts";

const POLL_MS = 50;

/**
 * Runs `work` while holding a lock file that names this process. A lock whose process is gone is
 * taken over. `onWait` is called once when somebody else holds it.
 */
export async function withLock<T>(
  path: string,
  work: () => Promise<T>,
  options: { readonly onWait?: (holderPid: number) => void; readonly signal?: AbortSignal } = {},
): Promise<T> {
  mkdirSync(dirname(path), { recursive: true });
  const token = `${JSON.stringify(await ownIdentity())}\n${crypto.randomUUID()}`;
  let told = false;
  while (!tryTake(path, token)) {
    options.signal?.throwIfAborted();
    const holder = readHolder(path);
    if (holder !== undefined && !(await isAlive(holder.identity))) {
      breakLock(path, holder.text);
      continue;
    }
    if (!told && holder !== undefined) {
      told = true;
      options.onWait?.(holder.identity.pid);
    }
    await sleep(POLL_MS);
  }
  try {
    return await work();
  } finally {
    if (readHolder(path)?.text === token) rmSync(path, { force: true });
  }
}

/** `link` makes the file appear with its content, so that no reader sees an empty lock. */
function tryTake(path: string, token: string): boolean {
  const draft = `${path}.${crypto.randomUUID()}`;
  writeFileSync(draft, token, { mode: 0o600 });
  try {
    linkSync(draft, path);
    return true;
  } catch {
    return false;
  } finally {
    rmSync(draft, { force: true });
  }
}

function readHolder(path: string): { identity: ProcessIdentity; text: string } | undefined {
  try {
    const text = readFileSync(path, "utf8");
    return { text, identity: JSON.parse(text.split("\n")[0] ?? "") as ProcessIdentity };
  } catch {
    return undefined;
  }
}

/** Removes a dead holder's lock; if another waiter was faster and the file is new, puts it back. */
function breakLock(path: string, expected: string): void {
  const aside = `${path}.${crypto.randomUUID()}`;
  try {
    renameSync(path, aside);
    if (readFileSync(aside, "utf8") !== expected) linkSync(aside, path);
  } catch {
    return;
  } finally {
    rmSync(aside, { force: true });
  }
}
