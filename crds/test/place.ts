import { execFile } from "node:child_process";
import { randomBytes } from "node:crypto";
import { setTimeout as delay } from "node:timers/promises";
import { promisify } from "node:util";
import { type Answer, type AnswerBody, type Api, connectApi } from "./api-server.ts";
import { definitionText, type Kind, pluralOf } from "./schema-nodes.ts";

/** Makes unknown fields an error. */
export const STRICT = "fieldValidation=Strict";
/** Type of a merge patch. */
export const MERGE = "application/merge-patch+json";

/** A namespace of its own for the objects of one kind, on the testbed's API server. */
export interface Place {
  readonly api: Api;
  /** Path of the definition. */
  readonly definition: string;
  /** Path of the objects. */
  readonly objects: string;
  /** An object to send. */
  readonly object: (name: string, spec: object) => object;
  /** Asks whether an object could be made, without making it. */
  tryCreate(name: string, spec: object): Promise<Answer>;
  readonly kubectl: (...args: readonly string[]) => Promise<string>;
  /** Installs the definition and makes the namespace. */
  open(): Promise<void>;
  close(): Promise<void>;
}

/** Names a place on the testbed that the environment names; nothing is made before `open`. */
export function placeOf(kind: Kind, env: Readonly<Record<string, string | undefined>>): Place {
  const kubeconfig = env["TESTBED_KUBECONFIG"] ?? "";
  const kubectlPath = env["TESTBED_KUBECTL"] ?? "kubectl";
  const { api, close } = connectApi(kubeconfig);
  const plural = pluralOf(kind);
  // Another file of the same process may have left its own, which takes its time to go.
  const namespace = `${plural}-${randomBytes(4).toString("hex")}`;
  const definition = `/apis/apiextensions.k8s.io/v1/customresourcedefinitions/${plural}.openvcluster.io`;
  const objects = `/apis/openvcluster.io/v1alpha1/namespaces/${namespace}/${plural}`;
  const object = (name: string, spec: object): object => ({
    apiVersion: "openvcluster.io/v1alpha1",
    kind,
    metadata: { name },
    spec,
  });
  return {
    api,
    definition,
    objects,
    object,
    tryCreate: (name, spec) =>
      api("POST", `${objects}?dryRun=All&${STRICT}`, { body: object(name, spec) }),
    kubectl: async (...args) => {
      const options = ["--kubeconfig", kubeconfig, "--namespace", namespace];
      const { stdout } = await promisify(execFile)(kubectlPath, [...options, ...args]);
      return stdout;
    },
    open: async () => {
      const applied = await api("PATCH", `${definition}?fieldManager=crds-test&force=true`, {
        body: definitionText(kind),
        contentType: "application/apply-patch+yaml",
      });
      if (applied.status >= 400) throw new Error(applied.body.message);
      await api("POST", "/api/v1/namespaces", { body: { metadata: { name: namespace } } });
      while ((await api("GET", objects)).status !== 200) await delay(50);
    },
    close: async () => {
      await api("DELETE", objects);
      await api("DELETE", `/api/v1/namespaces/${namespace}`);
      close();
    },
  };
}

/** What the API server refused: `field: message` for each cause. */
export function causesOf(body: AnswerBody): readonly string[] {
  return (body.details?.causes ?? []).map(
    ({ field, message }) => `${field ?? ""}: ${message ?? ""}`,
  );
}

/** An answer as it reads when all went well: `{ status }`. */
export function outcomeOf({ status, body }: Answer): { status: number; message?: string } {
  return body.message === undefined ? { status } : { status, message: body.message };
}

/** The columns of `kubectl get`, with their priorities and cells, for one object. */
export async function columnsOf(
  { api, objects }: Place,
  name: string,
): Promise<readonly (readonly [name: string, priority: number, cell: unknown])[]> {
  const { body } = await api("GET", `${objects}?fieldSelector=metadata.name=${name}`, {
    accept: "application/json;as=Table;v=v1;g=meta.k8s.io",
  });
  const cells = body.rows?.[0]?.cells ?? [];
  return (body.columnDefinitions ?? []).map(
    (column, i) => [column.name, column.priority, cells[i]] as const,
  );
}
