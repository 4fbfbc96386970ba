export { type BackoffSpec, backoffMs } from "./controller/backoff.ts";
export {
  type Controller,
  type ControllerSpec,
  createController,
  type ReconcileResult,
} from "./controller/controller.ts";
export {
  createLeaderElector,
  type LeaderElector,
  type LeaderSpec,
} from "./controller/lease.ts";
export {
  Failure,
  type FailureKind,
  type FailureOptions,
  type FieldViolation,
  failureOf,
} from "./failure.ts";
export type { Indexes, InformerChange } from "./kube/cache.ts";
export type {
  ApplyOptions,
  CallOptions,
  DeleteOptions,
  GetOptions,
  HttpMethod,
  JsonPatchOperation,
  KubeClient,
  ListOptions,
  ListPage,
  PageOptions,
  RawResponse,
  RequestOptions,
  Selection,
  WatchOptions,
  WriteOptions,
} from "./kube/client.ts";
export {
  connectInCluster,
  connectWithKubeconfig,
  connectWithPem,
  type KubeConnection,
  type PemParts,
} from "./kube/connection.ts";
export {
  type DeadlineSignal,
  type LinkedAbort,
  linkAbort,
  startDeadline,
} from "./kube/deadline.ts";
export type { EventNote, EventSubject } from "./kube/event-object.ts";
export {
  createEventRecorder,
  type EventRecorder,
  type EventRecorderOptions,
} from "./kube/events.ts";
export { fencedClient } from "./kube/fenced-client.ts";
export { createKubeClient, type KubeClientOptions } from "./kube/http-client.ts";
export {
  createInformer,
  type Informer,
  type InformerDeps,
  type InformerSpec,
  type Reached,
} from "./kube/informer.ts";
export {
  type ClusterCredentials,
  type ExecPlugin,
  type KubeconfigContent,
  type KubeconfigTarget,
  readKubeconfig,
  renderKubeconfig,
  usableCredentials,
} from "./kube/kubeconfig.ts";
export { createNamespacesInformer } from "./kube/namespaces-informer.ts";
export {
  apiVersionOf,
  type HasMetadata,
  type KubeObject,
  keyText,
  type ObjectKey,
  type ObjectMeta,
  type OwnerReference,
  parseKeyText,
  type ResourceType,
  withoutManagedFields,
} from "./kube/object.ts";
export { timeText } from "./kube/time-text.ts";
export { type Clock, systemClock } from "./process/clock.ts";
export {
  booleanVariable,
  type ConfigFault,
  type ConfigOf,
  type ConfigResult,
  choiceVariable,
  describeFault,
  durationVariable,
  integerVariable,
  listVariable,
  optionalVariable,
  parseConfig,
  textVariable,
  type Variable,
  type VariableSpec,
  type VariablesOf,
  type VariableTable,
} from "./process/config.ts";
export {
  type Foundation,
  type FoundationOptions,
  openFoundation,
  serveHealth,
} from "./process/foundation.ts";
export {
  answerChecks,
  type HealthCheck,
  type HealthChecks,
} from "./process/health.ts";
export {
  createLogger,
  errorFields,
  type LogFields,
  type Logger,
  type LogLevel,
  type LogOptions,
  logLevels,
} from "./process/log.ts";
export { CLIENT_METRICS, CONTROLLER_METRICS } from "./process/metric-catalog.ts";
export {
  type CounterSpec,
  createMetrics,
  type GaugeSpec,
  type HistogramSpec,
  type MetricSpec,
  type Metrics,
  type MetricsOptions,
} from "./process/metrics.ts";
export { type MetricsPageOptions, metricsPage } from "./process/metrics-page.ts";
export { type ProgramStart, runProgram } from "./process/program.ts";
export { PROGRAM_VARIABLES, type ProgramConfig } from "./process/program-config.ts";
export type { RuntimeDeps } from "./process/runtime-deps.ts";
export type { CloseStep, Shutdown } from "./process/shutdown.ts";
export { parseTraceparent, type TraceContext } from "./process/traceparent.ts";
export {
  createTracing,
  type SpanFacts,
  type SpanSpec,
  type TracedSpan,
  type Tracing,
  type TracingOptions,
} from "./process/tracing.ts";
export { createTurns, type Turns } from "./process/turns.ts";
export { variablesPage } from "./process/variables-page.ts";
export {
  boundedMessage,
  type Condition,
  type ConditionInput,
  findCondition,
  removeCondition,
  setCondition,
} from "./status/conditions.ts";
export { type OwnedStatus, statusApply } from "./status/patch.ts";
