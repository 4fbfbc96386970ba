/**
 * Whether a cache that reflects `reached` has everything up to `wanted`. Resource versions are numbers without leading
 * zeros since Kubernetes 1.35, in the order of the writes (KEP-5504). Pure.
 */
export function hasReached(reached: string, wanted: string): boolean {
  return reached.length === wanted.length ? reached >= wanted : reached.length > wanted.length;
}

/** Whether a text can be a resource version. Pure. */
export function isVersion(text: string): boolean {
  return /^(0|[1-9][0-9]{0,19})$/.test(text);
}
