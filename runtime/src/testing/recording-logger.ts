import type { LogFields, Logger } from "../process/log.ts";

/** A logger that keeps its lines. */
export interface RecordingLogger extends Logger {
  readonly lines: readonly {
    readonly level: string;
    readonly message: string;
    readonly fields: LogFields;
  }[];
}

/** Creates a logger that writes nowhere; children share the lines. */
export function createRecordingLogger(): RecordingLogger {
  const lines: { level: string; message: string; fields: LogFields }[] = [];
  const at = (level: string, base: LogFields) => (fields: LogFields, message: string) => {
    lines.push({ level, message, fields: { ...base, ...fields } });
  };
  const create = (base: LogFields): RecordingLogger => ({
    lines,
    debug: at("debug", base),
    info: at("info", base),
    warn: at("warn", base),
    error: at("error", base),
    child: (fields) => create({ ...base, ...fields }),
  });
  return create({});
}
