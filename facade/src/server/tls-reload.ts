import { type Clock, errorFields, type Logger } from "@open-vcluster/runtime";
import { readTls, type TlsFiles, type TlsMaterial } from "./tls.ts";

/** What {@link followTls} uses. */
export interface TlsReloadDeps {
  readonly clock: Clock;
  readonly logger: Logger;
  readonly intervalMs: number;
}

/**
 * Reads the files again and again and calls back with what is new, until the signal aborts. Files are compared by
 * content, so an exchanged link of a mounted Secret is seen like any other change; a half-written pair is waited for.
 */
export async function followTls(
  files: TlsFiles,
  first: TlsMaterial,
  onChange: (material: TlsMaterial) => void,
  { deps, signal }: { readonly deps: TlsReloadDeps; readonly signal: AbortSignal },
): Promise<void> {
  let current = first;
  const isStopped = (): boolean => signal.aborted;
  while (!isStopped()) {
    try {
      await deps.clock.sleep(deps.intervalMs, signal);
      const next = await readTls(files);
      if (next.fingerprint === current.fingerprint) continue;
      onChange(next);
      current = next;
      deps.logger.info({}, "TLS files were read again");
    } catch (error) {
      if (isStopped()) return;
      deps.logger.error(errorFields(error), "TLS files cannot be used; the earlier ones stay");
    }
  }
}
