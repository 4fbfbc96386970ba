export type ImportErrorCode =
  /** The file is no archive of a virtual cluster, or is damaged. */
  | "Malformed"
  /** The archive is whole as a file, and the program that wrote it stopped early. */
  | "Truncated"
  /** An archive of a kind that holds no keys. */
  | "Unsupported";

/** Why the archive of another program cannot be imported. */
export class ImportError extends Error {
  override readonly name = "ImportError";
  readonly code: ImportErrorCode;

  constructor(code: ImportErrorCode, message: string, options?: { readonly cause?: unknown }) {
    super(message, options);
    this.code = code;
  }
}
