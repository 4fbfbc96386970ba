/** PEM text of a certificate and its private key. */
export interface Pair {
  readonly cert: string;
  readonly key: string;
}
