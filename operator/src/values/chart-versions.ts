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
  /** Whether it grants every instance cluster-wide rights on volume snapshots unless `rbac.enableVolumeSnapshotRules` says no. */
  readonly grantsSnapshotRights: boolean;
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

interface Known {
  readonly kubernetes: Readonly<Record<string, string>>;
  readonly policyAdmitsApi: boolean;
  readonly grantsSnapshotRights: boolean;
}

const OLD: Known = {
  kubernetes: KUBERNETES_TO_134,
  policyAdmitsApi: false,
  grantsSnapshotRights: true,
};
const FROM_032: Known = { ...OLD, kubernetes: KUBERNETES_TO_135 };
const FROM_034: Known = { ...FROM_032, policyAdmitsApi: true };
const FROM_035: Known = { ...FROM_034, kubernetes: KUBERNETES_TO_136 };
const FROM_036: Known = { ...FROM_035, grantsSnapshotRights: false };

const BEFORE_033 = { supported: false, distros: ["k8s", "k3s"] } as const;
const SINCE_033 = { supported: true, distros: ["k8s"] } as const;

/** Every known line, oldest first. */
export const CHART_LINES: readonly ChartLine[] = [
  { line: "0.30", tested: "0.30.0", defaultKubernetes: "v1.34.0", ...BEFORE_033, ...OLD },
  { line: "0.31", tested: "0.31.0", defaultKubernetes: "v1.34.0", ...BEFORE_033, ...OLD },
  { line: "0.32", tested: "0.32.0", defaultKubernetes: "v1.35.0", ...BEFORE_033, ...FROM_032 },
  { line: "0.33", tested: "0.33.1", defaultKubernetes: "v1.35.0", ...SINCE_033, ...FROM_032 },
  { line: "0.34", tested: "0.34.0", defaultKubernetes: "v1.35.0", ...SINCE_033, ...FROM_034 },
  { line: "0.35", tested: "0.35.2", defaultKubernetes: "v1.36.0", ...SINCE_033, ...FROM_035 },
  { line: "0.36", tested: "0.36.1", defaultKubernetes: "v1.36.0", ...SINCE_033, ...FROM_036 },
];

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
