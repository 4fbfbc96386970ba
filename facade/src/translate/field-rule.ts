/** What the server does with a field of the contract. */
export type WireFieldRule =
  /** It has an effect: a path of the resource, or a sentence. */
  | { readonly kind: "acts"; readonly effect: string }
  /** A request that sets it is refused. */
  | { readonly kind: "refused"; readonly advice: string }
  /** The server sets it; no request carries it. */
  | { readonly kind: "output" };
