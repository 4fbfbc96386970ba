/** Which proof of identity a caller gave. */
export type IdentityProof = "token" | "oidc" | "certificate" | "anonymous";

/** Who calls: what a SubjectAccessReview is asked about, and what operations and audit lines name. */
export interface Principal {
  /** The user name, such as `alice` or `system:serviceaccount:NAMESPACE:NAME`. Never empty. */
  readonly name: string;
  /** The identity provider's own id; absent where there is none. */
  readonly uid?: string;
  readonly groups: readonly string[];
  /** Further attributes by key, as the API server answered them to a TokenReview. */
  readonly extra: Readonly<Record<string, readonly string[]>>;
  readonly via: IdentityProof;
}
