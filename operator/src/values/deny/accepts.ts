import type { JsonValue } from "../json.ts";

/** A value at the end of a path. */
export interface Leaf {
  /** Its key, or its index in an array. */
  readonly key: string;
  /** A scalar, or an empty object or array. */
  readonly value: JsonValue;
}

/** Which values an allowed path may have. */
export interface Accepts {
  /** Completes the sentence "Allowed here: …". */
  readonly description: string;
  /** Whether the text goes into no template and into no manifest of the host, so that any characters are safe. */
  readonly isOpaque?: boolean;
  /** Whether a value may be there. */
  readonly test: (leaf: Leaf) => boolean;
}

const WORD = /^[A-Za-z0-9]?[A-Za-z0-9._/:@-]*$/;
const ADDRESS = /^[A-Za-z0-9*][A-Za-z0-9.:*-]*$/;
const DNS_LABEL = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/;
const UNPREFIXED_KEY = /^[A-Za-z0-9][A-Za-z0-9_.-]*$/;
const CHART_LABELS: ReadonlySet<string> = new Set(["app", "release", "chart", "heritage"]);

/** Anything. */
export const ANY: Accepts = { description: "any value", test: () => true };

/** Anything, without a look at its characters. */
export const OPAQUE: Accepts = { description: "any value", isOpaque: true, test: () => true };

/** True or false; `null` returns to the chart's default. */
export const SWITCH: Accepts = {
  description: "true or false",
  test: ({ value }) => value === null || typeof value === "boolean",
};

/** True, false or "auto". */
export const AUTO_SWITCH: Accepts = {
  description: 'true, false or "auto"',
  test: ({ value }) =>
    value === null || typeof value === "boolean" || isOneOf(value, ["auto", "true", "false"]),
};

/** A whole number that no chart needs above a few thousand. */
export const COUNT: Accepts = {
  description: "a whole number from 0 to 3600",
  test: ({ value }) =>
    typeof value === "number" && Number.isInteger(value) && value >= 0 && value <= 3600,
};

/** A number of pods. */
export const REPLICAS: Accepts = {
  description: "a whole number from 0 to 10",
  test: ({ value }) =>
    typeof value === "number" && Number.isInteger(value) && value >= 0 && value <= 10,
};

/** A name, image or address that YAML reads as one plain scalar, because templates print it unquoted. */
export const WORD_TEXT: Accepts = {
  description: "letters, digits and . _ / : @ -",
  test: ({ value }) => typeof value === "string" && WORD.test(value),
};

/** A host name, a wildcard name or an IP address. */
export const HOST_NAME: Accepts = {
  description: "a host name or an IP address",
  test: ({ value }) => typeof value === "string" && ADDRESS.test(value),
};

/** A name in the target namespace, and so none with a slash. */
export const LOCAL_NAME: Accepts = {
  description: "a name in the target namespace (lower-case letters, digits and -)",
  test: ({ value }) => typeof value === "string" && DNS_LABEL.test(value),
};

/** A label that selects nothing of the chart's and triggers no injector. */
export const LABEL: Accepts = {
  description:
    "labels without a prefix, except app, release, chart and heritage; and app.kubernetes.io/{component,part-of,version}",
  test: ({ key, value }) => isScalarText(value) && isLabelKey(key),
};

/** An annotation that no controller of the host acts on with power. */
export const ANNOTATION: Accepts = {
  description: "annotations without a prefix, and prometheus.io/*",
  test: ({ key, value }) =>
    isScalarText(value) && (UNPREFIXED_KEY.test(key) || /^prometheus\.io\/[\w.-]+$/.test(key)),
};

/** Identity of a cloud, which its own trust policy grants to this namespace and name. */
export const IDENTITY_ANNOTATION: Accepts = {
  description:
    "annotations without a prefix, eks.amazonaws.com/*, iam.gke.io/gcp-service-account and azure.workload.identity/*",
  test: ({ key, value }) =>
    isScalarText(value) &&
    (UNPREFIXED_KEY.test(key) ||
      /^(eks\.amazonaws\.com|azure\.workload\.identity)\/[\w.-]+$/.test(key) ||
      key === "iam.gke.io/gcp-service-account"),
};

const INGRESS_ANNOTATION_KEY = new RegExp(
  [
    "^cert-manager\\.io/(cluster-issuer|issuer|issuer-kind|issuer-group|common-name|duration|renew-before)$",
    "^(cert-manager\\.io|acme\\.cert-manager\\.io)/(http01-edit-in-place|private-key-(algorithm|size|rotation-policy))$",
    "^external-dns\\.alpha\\.kubernetes\\.io/(hostname|ttl|target)$",
    "^kubernetes\\.io/ingress\\.class$",
    "^nginx\\.ingress\\.kubernetes\\.io/(backend-protocol|ssl-passthrough|(force-)?ssl-redirect)$",
    "^nginx\\.ingress\\.kubernetes\\.io/(proxy-(body-size|buffer-size|(read|send|connect)-timeout)|(white|allow|deny)list-source-range)$",
    "^haproxy\\.org/(ssl-passthrough|server-ssl)$",
    "^haproxy-ingress\\.github\\.io/(ssl-passthrough|backend-protocol)$",
    "^traefik\\.ingress\\.kubernetes\\.io/router\\.(entrypoints|tls|tls\\.passthrough)$",
    "^[A-Za-z0-9][A-Za-z0-9_.-]*$",
  ].join("|"),
);

/** An ingress annotation that configures this route alone; snippets and authentication of controllers do not. */
export const INGRESS_ANNOTATION: Accepts = {
  description:
    "annotations of cert-manager, external-dns, ingress-nginx, HAProxy and Traefik that configure issuers, TLS, redirects, body sizes, timeouts and source ranges",
  test: ({ key, value }) =>
    INGRESS_ANNOTATION_KEY.test(key) && typeof value === "string" && /^[\w.,:/ *-]*$/.test(value),
};

/**
 * One of a few texts.
 *
 * @param choices - the texts
 * @returns what accepts them
 */
export function oneOf(...choices: readonly string[]): Accepts {
  return {
    description: choices.map((choice) => JSON.stringify(choice)).join(", "),
    test: ({ value }) => isOneOf(value, choices),
  };
}

/**
 * Flags of a program, by name. Flags that name files, commands, addresses or identities are left out.
 *
 * @param names - names without dashes; a trailing "*" stands for the rest of a name
 * @returns what accepts `--name=value` with one of them
 */
export function flags(...names: readonly string[]): Accepts {
  const patterns = names.map((name) => name.replace("*", "[a-z0-9-]*")).join("|");
  const flag = new RegExp(`^--(${patterns})=[A-Za-z0-9_.,:/=*@-]*$`);
  return {
    description: `--name=value with one of these names: ${names.join(", ")}`,
    test: ({ value }) => typeof value === "string" && flag.test(value),
  };
}

function isOneOf(value: JsonValue, choices: readonly string[]): boolean {
  return typeof value === "string" && choices.includes(value);
}

function isScalarText(value: JsonValue): boolean {
  return value === null || ["string", "number", "boolean"].includes(typeof value) || isEmpty(value);
}

function isEmpty(value: JsonValue): boolean {
  return typeof value === "object" && value !== null && Object.keys(value).length === 0;
}

function isLabelKey(key: string): boolean {
  if (/^app\.kubernetes\.io\/(component|part-of|version)$/.test(key)) return true;
  return UNPREFIXED_KEY.test(key) && !CHART_LABELS.has(key);
}
