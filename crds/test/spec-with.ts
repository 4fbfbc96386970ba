// Required siblings are filled in, because the API server runs rules only on complete objects.
const SIBLINGS: Readonly<Record<string, object>> = {
  "spec.ingress": { host: "a.example.com" },
  "spec.ingress.tls": { secretName: "a" },
  "spec.plugins": { name: "plugin", image: "ghcr.io/example/plugin:1.0.0" },
  "spec.backingStore.externalEtcd": {
    endpoint: "https://etcd.example.com:2379",
    tlsSecretRef: { name: "etcd" },
  },
};

/**
 * The smallest spec that has a value at a place of the schema.
 *
 * @param path - A path below `spec`, such as `spec.plugins[].name`.
 */
export function specWith(path: string, value: unknown): object {
  const build = (at: string, [step, ...rest]: readonly string[]): unknown => {
    if (step === undefined) return value;
    const name = step.replace("[]", "");
    const below = `${at}.${name}`;
    const child = build(below, rest);
    const complete = rest.length === 0 ? child : { ...SIBLINGS[below], ...(child as object) };
    return { [name]: step.endsWith("[]") ? [complete] : complete };
  };
  return build("spec", path.split(".").slice(1)) as object;
}
