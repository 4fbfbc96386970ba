import { createCipheriv, createDecipheriv, createHash, randomBytes } from "node:crypto";
import { Failure } from "@open-vcluster/runtime";
import { refusedField } from "../translate/refuse.ts";

/** Where a page ends: the sort key of its last entry. */
export interface Cursor {
  readonly key: string;
  readonly namespace: string;
  readonly name: string;
}

/** What a page token is good for; another query is another scope. */
export interface PageScope {
  readonly method: string;
  readonly principal: string;
  /** Everything of the request that chooses and orders the entries. */
  readonly query: readonly unknown[];
}

/** Makes and reads page tokens: opaque, bound to their scope, and good for three days. */
export interface PageTokens {
  seal(scope: PageScope, cursor: Cursor): string;
  /** Undefined for the empty token. Throws `invalid` PageTokenInvalid or `conflict` PageTokenExpired. */
  open(scope: PageScope, token: string): Cursor | undefined;
}

const LIFETIME_MS = 3 * 24 * 60 * 60 * 1_000;
const MAX_TOKEN_LENGTH = 2_048;
const NONCE_BYTES = 12;
const TAG_BYTES = 16;

/**
 * Tokens that any replica with the same key can read.
 *
 * @param key - 32 bytes, shared by all replicas.
 */
export function createPageTokens(key: Uint8Array, nowMs: () => number): PageTokens {
  return {
    seal: (scope, cursor) => {
      const nonce = randomBytes(NONCE_BYTES);
      const cipher = createCipheriv("aes-256-gcm", key, nonce).setAAD(digestOf(scope));
      const text = JSON.stringify([
        nowMs() + LIFETIME_MS,
        cursor.key,
        cursor.namespace,
        cursor.name,
      ]);
      const sealed = Buffer.concat([cipher.update(text, "utf8"), cipher.final()]);
      return Buffer.concat([nonce, cipher.getAuthTag(), sealed]).toString("base64url");
    },
    open: (scope, token) => {
      if (token === "") return undefined;
      const [expiresMs, ...cursor] = opened(key, scope, token);
      if (expiresMs < nowMs()) {
        throw new Failure(
          "conflict",
          "PageTokenExpired",
          "The page token expired; begin again without page_token",
        );
      }
      const [sortKey, namespace, name] = cursor;
      return { key: sortKey, namespace, name };
    },
  };
}

type Sealed = readonly [number, string, string, string];

function opened(key: Uint8Array, scope: PageScope, token: string): Sealed {
  if (token.length > MAX_TOKEN_LENGTH) throw invalid();
  const bytes = Buffer.from(token, "base64url");
  if (bytes.toString("base64url") !== token || bytes.length < NONCE_BYTES + TAG_BYTES) {
    throw invalid();
  }
  const decipher = createDecipheriv("aes-256-gcm", key, bytes.subarray(0, NONCE_BYTES))
    .setAAD(digestOf(scope))
    .setAuthTag(bytes.subarray(NONCE_BYTES, NONCE_BYTES + TAG_BYTES));
  try {
    const text = Buffer.concat([
      decipher.update(bytes.subarray(NONCE_BYTES + TAG_BYTES)),
      decipher.final(),
    ]);
    return JSON.parse(text.toString("utf8")) as Sealed;
  } catch (cause) {
    throw invalid(cause);
  }
}

function digestOf({ method, principal, query }: PageScope): Buffer {
  return createHash("sha256")
    .update(JSON.stringify([method, principal, query]))
    .digest();
}

function invalid(cause?: unknown): Failure {
  return refusedField(
    "page_token",
    "is not one of this list; send next_page_token unchanged, with the same fields as before, or begin again without it",
    { reason: "PageTokenInvalid", cause },
  );
}
