import type { TestbedFacts } from "./environment.ts";
import { type Program, startProgram } from "./program.ts";

/** How an operator is started. */
export interface OperatorOptions {
  readonly testbed: TestbedFacts;
  /** Two operators on one cluster need different ids. */
  readonly operatorId: string;
  readonly namespace: string;
  /** Further environment. */
  readonly env?: Readonly<Record<string, string>>;
  /** Start file below the repository's root; default `operator/src/main.ts`. */
  readonly entry?: string;
}

/** One operator process. */
export interface OperatorProcess extends Program {
  /** The log's lines that announce effects, in order. */
  effects(): readonly string[];
  /** Resolves when it leads. */
  leading(): Promise<void>;
}

/** Starts an operator. */
export function startOperator(options: OperatorOptions): OperatorProcess {
  const { testbed } = options;
  const program = startProgram({
    entry: options.entry ?? "operator/src/main.ts",
    env: (workDirectory) => ({
      KUBECONFIG: testbed.kubeconfig,
      CHART_SOURCE: `folder:${testbed.charts}`,
      HELM: testbed.helm,
      HEALTH_HOST: "127.0.0.1",
      HEALTH_PORT: "0",
      WORK_DIRECTORY: workDirectory,
      OPERATOR_ID: options.operatorId,
      OPERATOR_NAMESPACE: options.namespace,
      LEASE_DURATION: "6s",
      ...options.env,
    }),
  });
  return {
    ...program,
    effects: () => effectsIn(program.log()),
    leading: async () => {
      await program.says("Leading");
    },
  };
}

function effectsIn(log: string): readonly string[] {
  return log
    .split("\n")
    .filter((line) => line.includes('"msg":"Acting"'))
    .map((line) => (JSON.parse(line) as { readonly effect: string }).effect);
}
