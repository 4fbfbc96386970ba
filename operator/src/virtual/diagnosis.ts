/** Why a control plane cannot come up, as a condition reason. */
type DiagnosisReason =
  | "VolumeFull"
  | "ConfigError"
  | "ImageNotAvailable"
  | "VolumePending"
  | "Unschedulable"
  | "QuotaExceeded"
  | "PodsRefused"
  | "CrashLooping";

/** What is wrong, and one sentence of advice. */
export interface Diagnosis {
  readonly reason: DiagnosisReason;
  readonly message: string;
}

/** Longest text that is quoted from the cluster. */
const MAX_QUOTE_LENGTH = 300;

/** Makes text of the cluster fit for a message: one line, bounded. Pure. */
export function quote(text: string): string {
  const line = text.replaceAll(/\s+/g, " ").trim();
  return line.length <= MAX_QUOTE_LENGTH ? line : `${line.slice(0, MAX_QUOTE_LENGTH)}…`;
}
