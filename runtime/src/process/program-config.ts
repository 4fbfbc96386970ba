import {
  choiceVariable,
  integerVariable,
  listVariable,
  optionalVariable,
  textVariable,
  type Variable,
  type VariablesOf,
} from "./config.ts";
import { type LogLevel, logLevels } from "./log.ts";

const NAMESPACE = /^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/;

/** What every program is told; the table below says what each entry means. */
export interface ProgramConfig {
  readonly kubeconfig: string | undefined;
  readonly watchNamespaces: readonly string[];
  readonly healthHost: string;
  readonly healthPort: number;
  readonly traceEndpoint: string | undefined;
  readonly logLevel: LogLevel;
}

/** The environment variables that mean the same to every program. */
export const PROGRAM_VARIABLES: VariablesOf<ProgramConfig> = {
  kubeconfig: optionalVariable(
    textVariable({
      name: "KUBECONFIG",
      help: "Kubeconfig of the host cluster; absent inside a Pod, where its service account is used",
    }),
  ),
  watchNamespaces: listVariable({
    name: "WATCH_NAMESPACES",
    fallback: "",
    help: "Namespaces whose virtual clusters this installation works for; another one may work for others. Empty: all namespaces",
    allowed: "names of namespaces between commas",
    isAllowed: (names) => names.every((name) => NAMESPACE.test(name)),
  }),
  healthHost: textVariable({
    name: "HEALTH_HOST",
    fallback: "0.0.0.0",
    help: "Address of /healthz, /readyz and /metrics",
  }),
  healthPort: integerVariable({
    name: "HEALTH_PORT",
    fallback: "8080",
    min: 0,
    max: 65_535,
    help: "Port of /healthz, /readyz and /metrics; 0 takes a free one and logs it",
  }),
  traceEndpoint: optionalVariable(collectorVariable()),
  logLevel: choiceVariable({
    name: "LOG_LEVEL",
    fallback: "info",
    choices: logLevels,
    help: "Lowest level that is logged",
  }),
};

/** Base URL of an OpenTelemetry collector, in the variable that all its tools share. */
function collectorVariable(): Variable<string> {
  return {
    ...textVariable({
      name: "OTEL_EXPORTER_OTLP_ENDPOINT",
      help: "Base URL of an OpenTelemetry collector that takes OTLP over HTTP; absent: no traces are sent",
    }),
    allowed: "an http or https URL",
    parse: (text) => (/^https?:$/.test(URL.parse(text)?.protocol ?? "") ? text : undefined),
  };
}
