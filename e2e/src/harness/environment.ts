import { readFileSync } from "node:fs";

/** The testbed of this test run, as its global setup announced it. */
export interface TestbedFacts {
  readonly name: string;
  readonly kubeconfig: string;
  readonly kubectl: string;
  readonly helm: string;
  readonly charts: string;
  /** `testbed.json`: everything else. */
  readonly info: Readonly<Record<string, unknown>>;
}

/** Reads what the global setup put into the environment. */
export function testbedFacts(): TestbedFacts {
  const variable = (name: string): string => {
    const value = process.env[name];
    if (value === undefined || value === "") throw new Error(`${name} is not set: no testbed runs`);
    return value;
  };
  return {
    name: variable("TESTBED_NAME"),
    kubeconfig: variable("TESTBED_KUBECONFIG"),
    kubectl: variable("TESTBED_KUBECTL"),
    helm: variable("TESTBED_HELM"),
    charts: variable("TESTBED_CHARTS"),
    info: JSON.parse(readFileSync(variable("TESTBED_INFO"), "utf8")) as Record<string, unknown>,
  };
}
