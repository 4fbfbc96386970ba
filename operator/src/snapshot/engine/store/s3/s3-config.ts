/** Where a bucket is, and how to get in. */
export interface S3Config {
  /** `http` or `https`, host and port; no path. */
  readonly endpoint: URL;
  readonly region: string;
  readonly bucket: string;
  /** Start of all keys in the bucket: empty, or ending in a slash. */
  readonly prefix: string;
  /** Whether the bucket is named in the path and not in the host. */
  readonly pathStyle: boolean;
  readonly credentials: S3Credentials;
  /** PEM of the authorities to trust instead of the usual ones. */
  readonly authorities?: string;
  /** How long a call that fails is tried again; 60 s if absent. */
  readonly patienceMs?: number;
  /** How long a connection may be silent; 30 s if absent. */
  readonly silenceMs?: number;
}

/** A key of S3; it appears in no error and no log. */
export interface S3Credentials {
  readonly accessKey: string;
  readonly secretKey: string;
  readonly sessionToken?: string;
}
