import {
  booleanVariable,
  durationVariable,
  integerVariable,
  listVariable,
  optionalVariable,
  PROGRAM_VARIABLES,
  type ProgramConfig,
  textVariable,
  type Variable,
  type VariableSpec,
  type VariablesOf,
} from "@open-vcluster/runtime";
import { parsePath } from "./values/deny/path.ts";

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;

/** An object in a namespace. */
export interface NamespacedName {
  readonly namespace: string;
  readonly name: string;
}

/** The operator's configuration; the table below says what each entry means. Times in milliseconds. */
export interface OperatorConfig extends ProgramConfig {
  readonly operatorId: string;
  readonly namespace: string;
  readonly instanceName: string;
  readonly charts: string;
  readonly chartsPlainHttp: boolean;
  readonly chartsUsernameFile: string | undefined;
  readonly chartsPasswordFile: string | undefined;
  readonly chartsCaFile: string | undefined;
  readonly defaultChartVersion: string;
  readonly allowedValues: readonly string[];
  readonly helm: string;
  readonly workDirectory: string;
  readonly helmConcurrency: number;
  readonly helmDeadlineMs: number;
  readonly upgradeDeadlineMs: number;
  readonly driftGraceMs: number;
  readonly snapshotImage: string | undefined;
  readonly snapshotServiceAccount: string | undefined;
  readonly snapshotDeadlineMs: number;
  readonly defaultSnapshotLocation: NamespacedName | undefined;
  readonly facadeServiceAccount: NamespacedName | undefined;
  readonly leaseDurationMs: number;
  readonly operationAcceptTimeoutMs: number;
  readonly operationDeadlineMs: number;
  readonly operationRetentionMs: number;
}

/** Every environment variable of the operator; the reference page is printed from this table. */
export const OPERATOR_VARIABLES: VariablesOf<OperatorConfig> = {
  ...PROGRAM_VARIABLES,
  operatorId: textVariable({
    name: "OPERATOR_ID",
    fallback: "default",
    help: "Id that marks what this operator makes, a DNS label; replicas of one operator share it, and operators for other namespaces have another",
  }),
  namespace: textVariable({
    name: "OPERATOR_NAMESPACE",
    fallback: "open-vcluster-system",
    help: "Namespace of the operator: its Lease, the operations and the copies of all identities are in it",
  }),
  instanceName: textVariable({
    name: "POD_NAME",
    fallback: "operator",
    help: "Name of this replica, in leases and events",
  }),
  charts: textVariable({
    name: "CHART_SOURCE",
    fallback: "https://charts.loft.sh",
    help: "Where vcluster charts come from: folder:/PATH, https://HOST/PATH or oci://HOST/REPOSITORY",
  }),
  chartsPlainHttp: booleanVariable({
    name: "CHART_SOURCE_PLAIN_HTTP",
    fallback: "false",
    help: "Allow a chart source without TLS that is not on this machine",
  }),
  chartsUsernameFile: optionalVariable(
    textVariable({
      name: "CHART_SOURCE_USERNAME_FILE",
      help: "File with the user name for the chart source",
    }),
  ),
  chartsPasswordFile: optionalVariable(
    textVariable({
      name: "CHART_SOURCE_PASSWORD_FILE",
      help: "File with the password for the chart source",
    }),
  ),
  chartsCaFile: optionalVariable(
    textVariable({
      name: "CHART_SOURCE_CA_FILE",
      help: "File with the certificate authorities of the chart source",
    }),
  ),
  defaultChartVersion: textVariable({
    name: "DEFAULT_CHART_VERSION",
    fallback: "0.36.1",
    help: "Chart version of a new instance that names none",
  }),
  allowedValues: listVariable({
    name: "ALLOWED_VALUES",
    fallback: "",
    help: "Paths of raw values that reach outside an instance's namespace and are allowed all the same",
    allowed: "paths into chart values between commas",
    isAllowed: (paths) => paths.every((path) => parsePath(path) !== undefined),
  }),
  helm: textVariable({
    name: "HELM",
    fallback: "helm",
    help: "The helm program, version 3",
  }),
  workDirectory: textVariable({
    name: "WORK_DIRECTORY",
    fallback: "/tmp/open-vcluster-operator",
    help: "Directory for this replica alone: charts that were fetched, files of running Helm processes",
  }),
  helmConcurrency: integerVariable({
    name: "HELM_CONCURRENCY",
    fallback: "2",
    min: 1,
    max: 64,
    help: "Helm runs that go on at the same time; each takes some 60 MB of memory beside the operator's own",
  }),
  helmDeadlineMs: durationVariable({
    name: "HELM_DEADLINE",
    fallback: "60s",
    minMs: SECOND,
    maxMs: HOUR,
    help: "The longest that one Helm run may take; afterwards it is killed",
  }),
  upgradeDeadlineMs: durationVariable({
    name: "UPGRADE_DEADLINE",
    fallback: "10m",
    minMs: 5 * SECOND,
    maxMs: 24 * HOUR,
    help: "How long a changed control plane may take to become ready before it is rolled back",
  }),
  driftGraceMs: durationVariable({
    name: "DRIFT_GRACE",
    fallback: "15s",
    minMs: 0,
    maxMs: HOUR,
    help: "How long after a Helm run differences from it are not yet corrected",
  }),
  snapshotImage: optionalVariable(
    textVariable({
      name: "SNAPSHOT_IMAGE",
      help: "Image of the workers that make and restore snapshots: the product's own; absent: snapshots wait",
    }),
  ),
  snapshotServiceAccount: optionalVariable(
    textVariable({
      name: "SNAPSHOT_SERVICE_ACCOUNT",
      help: "ServiceAccount of these workers in the operator's namespace; it needs no rights; absent: the namespace's default",
    }),
  ),
  snapshotDeadlineMs: durationVariable({
    name: "SNAPSHOT_DEADLINE",
    fallback: "30m",
    minMs: MINUTE,
    maxMs: 24 * HOUR,
    help: "The longest that one worker may take; afterwards it is ended and tried again",
  }),
  defaultSnapshotLocation: optionalVariable(
    objectVariable({
      name: "DEFAULT_SNAPSHOT_LOCATION",
      help: "VClusterSnapshotLocation of snapshots that name none, as NAMESPACE/NAME; absent: they have to name one",
    }),
  ),
  facadeServiceAccount: optionalVariable(
    objectVariable({
      name: "FACADE_SERVICE_ACCOUNT",
      help: "ServiceAccount of the API, as NAMESPACE/NAME: it is allowed to read the kubeconfig Secret of each instance, and no other; absent: nobody is",
    }),
  ),
  leaseDurationMs: durationVariable({
    name: "LEASE_DURATION",
    fallback: "15s",
    minMs: 3 * SECOND,
    maxMs: 10 * MINUTE,
    help: "How long a leader that died keeps others from taking over",
  }),
  operationAcceptTimeoutMs: durationVariable({
    name: "OPERATION_ACCEPT_TIMEOUT",
    fallback: "60s",
    minMs: SECOND,
    maxMs: HOUR,
    help: "How long an accepted operation may take to reach its instance before it is closed as aborted",
  }),
  operationDeadlineMs: durationVariable({
    name: "OPERATION_DEADLINE",
    fallback: "1h",
    minMs: SECOND,
    maxMs: 7 * 24 * HOUR,
    help: "How long an operation may take, on top of what its instance allows a drain or a resume; afterwards it has failed and the instance goes on",
  }),
  operationRetentionMs: durationVariable({
    name: "OPERATION_RETENTION",
    fallback: "24h",
    minMs: 24 * HOUR,
    maxMs: 365 * 24 * HOUR,
    help: "How long an operation that ended is kept, and its request id recognised",
  }),
};

/** A ServiceAccount as `namespace/name`. */
function objectVariable(spec: VariableSpec): Variable<NamespacedName> {
  return {
    ...textVariable(spec),
    allowed: "NAMESPACE/NAME of an object",
    parse: (text) => {
      const label = "[a-z0-9](?:[-a-z0-9]{0,61}[a-z0-9])?";
      const match = new RegExp(`^(${label})/(${label}(?:\\.${label})*)$`).exec(text);
      return match === null ? undefined : { namespace: match[1] ?? "", name: match[2] ?? "" };
    },
  };
}
