import { constants } from "node:crypto";
import { readFile } from "node:fs/promises";
import { createSecureContext, type SecureContextOptions } from "node:tls";
import { Failure } from "@open-vcluster/runtime";

/** Where the server's identity is; PEM files. */
export interface TlsFiles {
  readonly certificateFile: string;
  readonly keyFile: string;
  /** Authorities of client certificates; absent: none is asked for. */
  readonly clientCaFile?: string | undefined;
}

/** The files' contents, checked to fit together. */
export interface TlsMaterial {
  readonly context: SecureContextOptions;
  /** Equal for equal contents. */
  readonly fingerprint: string;
}

/** Reads and checks the files. Throws `invalid` with reason `TLSFilesUnusable` when they cannot be used together. */
export async function readTls(files: TlsFiles): Promise<TlsMaterial> {
  try {
    const [cert, key, ca] = await Promise.all([
      readFile(files.certificateFile),
      readFile(files.keyFile),
      files.clientCaFile === undefined ? undefined : readFile(files.clientCaFile),
    ]);
    const context: SecureContextOptions = {
      cert,
      key,
      minVersion: "TLSv1.2",
      // A resumed session would skip the client's certificate, and so a change of its authorities.
      ...(ca === undefined ? {} : { ca, secureOptions: constants.SSL_OP_NO_TICKET }),
    };
    createSecureContext(context);
    return { context, fingerprint: [cert, key, ca ?? Buffer.of()].map(String).join("\n") };
  } catch (cause) {
    const names = [files.certificateFile, files.keyFile, files.clientCaFile ?? []].flat();
    throw new Failure(
      "invalid",
      "TLSFilesUnusable",
      `The TLS files ${names.join(", ")} cannot be used; check that they exist and that key and certificate belong together`,
      { cause },
    );
  }
}
