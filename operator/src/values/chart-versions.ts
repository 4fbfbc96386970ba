import semver from "semver";

/** What one minor line of the vcluster chart can do. Read from the `chart/` and `config/` folders of its tags. */
export interface ChartLine {
  /** Minor line, such as "0.36". */
  readonly line: string;
  /** The patch version that the renderers are tested with; what a refusal names as the next step. */
  readonly tested: string;
  /** Whether the operator renders values for it. Lines below 0.33 are known only to give better answers. */
  readonly supported: boolean;
  /** Distros that its syncer starts. */
  readonly distros: readonly string[];
  /** Kubernetes version of a new instance that names none: the tag in the chart's values.yaml. */
  readonly defaultKubernetes: string;
  /** Kubernetes minors that it can run, each with the version that its release was built with. */
  readonly kubernetes: Readonly<Record<string, string>>;
  /** Whether its NetworkPolicy for the control plane admits port 8443 from everywhere by itself. */
  readonly policyAdmitsApi: boolean;
}

const KUBERNETES_TO_134 = {
  "1.30": "v1.30.2",
  "1.31": "v1.31.1",
  "1.32": "v1.32.1",
  "1.33": "v1.33.4",
  "1.34": "v1.34.0",
} as const;
const KUBERNETES_TO_135 = { ...KUBERNETES_TO_134, "1.35": "v1.35.0" } as const;
const KUBERNETES_TO_136 = { ...KUBERNETES_TO_135, "1.36": "v1.36.0" } as const;

/** Every known line, oldest first. */
export const CHART_LINES: readonly ChartLine[] = [
  known("0.30", "0.30.0", "v1.34.0", KUBERNETES_TO_134),
  known("0.31", "0.31.0", "v1.34.0", KUBERNETES_TO_134),
  known("0.32", "0.32.0", "v1.35.0", KUBERNETES_TO_135),
  supported("0.33", "0.33.1", "v1.35.0", { kubernetes: KUBERNETES_TO_135, policyAdmitsApi: false }),
  supported("0.34", "0.34.0", "v1.35.0", { kubernetes: KUBERNETES_TO_135, policyAdmitsApi: true }),
  supported("0.35", "0.35.2", "v1.36.0", {
    kubernetes: KUBERNETES_TO_136,
    policyAdmitsApi: true,
  }),
  supported("0.36", "0.36.1", "v1.36.0", {
    kubernetes: KUBERNETES_TO_136,
    policyAdmitsApi: true,
  }),
];

function known(
  line: string,
  tested: string,
  defaultKubernetes: string,
  kubernetes: Readonly<Record<string, string>>,
): ChartLine {
  const distros = ["k8s", "k3s"];
  const policyAdmitsApi = false;
  return {
    line,
    tested,
    supported: false,
    distros,
    defaultKubernetes,
    kubernetes,
    policyAdmitsApi,
  };
}

function supported(
  line: string,
  tested: string,
  defaultKubernetes: string,
  facts: Pick<ChartLine, "kubernetes" | "policyAdmitsApi">,
): ChartLine {
  return { line, tested, supported: true, distros: ["k8s"], defaultKubernetes, ...facts };
}

/**
 * The line that a chart version belongs to. Patch versions that are newer than the tested one belong to it too.
 *
 * @param version - chart version, with or without a leading "v"
 * @returns the line, or undefined when the version does not parse or its minor is unknown
 */
export function findChartLine(version: string): ChartLine | undefined {
  const minor = minorOf(version);
  return minor === undefined ? undefined : CHART_LINES.find((entry) => entry.line === minor);
}

/**
 * The lines that the operator renders values for.
 *
 * @returns supported lines, oldest first
 */
export function supportedChartLines(): readonly ChartLine[] {
  return CHART_LINES.filter((entry) => entry.supported);
}

/**
 * Major and minor of a version.
 *
 * @param version - semantic version, with or without a leading "v"
 * @returns "major.minor", or undefined when it does not parse
 */
export function minorOf(version: string): string | undefined {
  const parsed = semver.parse(version);
  return parsed === null ? undefined : `${String(parsed.major)}.${String(parsed.minor)}`;
}

/**
 * The form of a Kubernetes version that image tags have.
 *
 * @param version - "1.36.0" or "v1.36.0"
 * @returns "v1.36.0"; text that does not parse comes back as it is
 */
export function kubernetesTag(version: string): string {
  const parsed = semver.parse(version);
  return parsed === null ? version : `v${parsed.version}`;
}
