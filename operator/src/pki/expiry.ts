import { X509Certificate } from "node:crypto";
import { LEAVES, type Leaf } from "./entries.ts";

/** The leaf certificate that ends first. */
export interface LeafExpiry {
  readonly leaf: Leaf;
  /** End of validity, epoch milliseconds. */
  readonly notAfterMs: number;
}

/**
 * Finds the leaf that ends first; leaves that are missing or unreadable do not count, and `undefined` means that none
 * could be read. Pure.
 *
 * vcluster renews all leaves once one has 90 days or fewer left (`pkg/util/certhelper`), at start and once a day, so a
 * date nearer than that means that renewal does not work.
 */
export function firstExpiry(entries: Readonly<Record<string, string>>): LeafExpiry | undefined {
  let first: LeafExpiry | undefined;
  for (const leaf of LEAVES) {
    const notAfterMs = notAfterOf(entries[`${leaf}.crt`]);
    if (notAfterMs === undefined) continue;
    if (first === undefined || notAfterMs < first.notAfterMs) first = { leaf, notAfterMs };
  }
  return first;
}

function notAfterOf(pem: string | undefined): number | undefined {
  if (pem === undefined) return undefined;
  try {
    return new X509Certificate(pem).validToDate.getTime();
  } catch {
    return undefined;
  }
}
