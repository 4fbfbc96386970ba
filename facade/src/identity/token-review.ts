import { hash } from "node:crypto";
import { type Clock, Failure, type KubeClient, type KubeObject } from "@open-vcluster/runtime";
import { createTokenBuckets } from "../call/token-buckets.ts";
import { createAnswerCache } from "./answer-cache.ts";
import type { Principal } from "./principal.ts";
import { unauthenticated } from "./unauthenticated.ts";

/** What {@link createTokenReview} uses. */
export interface TokenReviewDeps {
  readonly client: KubeClient;
  readonly clock: Clock;
  /** A token must be for one of them; at least one. */
  readonly audiences: readonly string[];
}

const TOKEN_REVIEWS = "/apis/authentication.k8s.io/v1/tokenreviews";
/** A token that was revoked works for as long. */
const VALID_MS = 30_000;
const REFUSED_MS = 5_000;
const MAX_ANSWERS = 10_000;
/** Reviews that one address may cause, so that nobody floods the API server with invented tokens. */
const REVIEWS_PER_SECOND = 20;
const REVIEW_BURST = 100;
const MAX_ADDRESSES = 10_000;

interface ReviewStatus {
  readonly authenticated?: boolean;
  readonly user?: {
    readonly username?: string;
    readonly uid?: string;
    readonly groups?: readonly string[];
    readonly extra?: Readonly<Record<string, readonly string[]>>;
  };
  readonly audiences?: readonly string[];
}

/**
 * Asks the host cluster about a token. The answer is remembered for 30 seconds, a refusal for 5, under the token's
 * SHA-256. Throws `denied` with reason `Unauthenticated`, `exhausted` when one address tries too many tokens, and
 * `unavailable` when the API server cannot be asked.
 */
export function createTokenReview(
  deps: TokenReviewDeps,
): (token: string, source: string) => Promise<Principal> {
  const { client, clock, audiences } = deps;
  const answers = createAnswerCache<Principal | undefined>({
    ttlMs: (principal) => (principal === undefined ? REFUSED_MS : VALID_MS),
    maxAnswers: MAX_ANSWERS,
    clock,
  });
  const budget = createTokenBuckets({
    perSecond: REVIEWS_PER_SECOND,
    burst: REVIEW_BURST,
    maxKeys: MAX_ADDRESSES,
    clock,
  });
  const review = async (token: string, source: string): Promise<Principal | undefined> => {
    const waitMs = budget.take(source);
    if (waitMs > 0) {
      throw new Failure("exhausted", "RateLimited", "Too many tokens are tried; try again later", {
        retryAfterMs: waitMs,
      });
    }
    const answer = await client.request("POST", TOKEN_REVIEWS, {
      body: {
        apiVersion: "authentication.k8s.io/v1",
        kind: "TokenReview",
        spec: { token, audiences },
      },
    });
    const { status } = JSON.parse(answer.text) as KubeObject & { readonly status?: ReviewStatus };
    return principalOf(status ?? {}, audiences);
  };
  return async (token, source) => {
    const key = hash("sha256", token, "base64");
    const principal = await answers.get(key, () => review(token, source));
    if (principal === undefined) {
      throw unauthenticated("The token is not valid here; get a new one for this API's audience");
    }
    return principal;
  };
}

/** An authenticator that knows no audiences answers none; a token that it accepts may be for anything, so it is refused. */
function principalOf(status: ReviewStatus, audiences: readonly string[]): Principal | undefined {
  const { user, audiences: confirmed = [] } = status;
  const isForUs = confirmed.some((audience) => audiences.includes(audience));
  if (status.authenticated !== true || !isForUs) return undefined;
  if (user?.username === undefined || user.username === "") return undefined;
  return {
    name: user.username,
    ...(user.uid === undefined || user.uid === "" ? {} : { uid: user.uid }),
    groups: user.groups ?? [],
    extra: user.extra ?? {},
    via: "token",
  };
}
