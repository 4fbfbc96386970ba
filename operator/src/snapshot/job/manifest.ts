import { createHash } from "node:crypto";
import { OPERATOR_ID_LABEL, WORK_ANNOTATION, WORK_LABEL } from "@open-vcluster/crds";
import type { KubeObject } from "@open-vcluster/runtime";
import { askerText } from "./asker.ts";
import { VOLUME_PATH, type Work, type WorkId, type WorkSettings } from "./work.ts";

const TASK_PATH = "/task";
/** A worker that was killed is begun anew so often; each run of the same task ends right. */
const RETRIES = 3;
/** By then the result was read, or the operator is gone for good. */
const KEPT_SECONDS = 3_600;
/** The exit code by which a worker says that another try would end the same way. */
const FINAL_EXIT = 2;
const USER = 65_532;

/** The name of a Job and of its Secret: one for each attempt at each step of each object. Pure. */
export function workName({ asker, step, attempt }: WorkId): string {
  const digest = createHash("sha256").update(asker.uid).digest("hex").slice(0, 16);
  return `vcw-${digest}-${step}-${String(attempt)}`;
}

/** The Job of a work; its pod waits for the Secret. Pure. */
export function jobOf({ id, claimName }: Work, settings: WorkSettings): KubeObject {
  const name = workName(id);
  const labels = labelsOf(settings);
  return {
    apiVersion: "batch/v1",
    kind: "Job",
    metadata: {
      name,
      namespace: settings.namespace,
      labels,
      annotations: { [WORK_ANNOTATION]: askerText(id.asker) },
    },
    spec: {
      backoffLimit: RETRIES,
      // Two runs of one task would meet.
      podReplacementPolicy: "Failed",
      activeDeadlineSeconds: Math.ceil(settings.deadlineMs / 1_000),
      // What reads a result may come after other work of the same object.
      ttlSecondsAfterFinished: KEPT_SECONDS + Math.ceil(settings.deadlineMs / 1_000),
      podFailurePolicy: {
        rules: [
          {
            action: "FailJob",
            onExitCodes: { containerName: "worker", operator: "In", values: [FINAL_EXIT] },
          },
        ],
      },
      template: {
        metadata: { labels },
        spec: {
          restartPolicy: "Never",
          automountServiceAccountToken: false,
          enableServiceLinks: false,
          ...(settings.serviceAccount === undefined
            ? {}
            : { serviceAccountName: settings.serviceAccount }),
          securityContext: {
            runAsNonRoot: true,
            runAsUser: USER,
            runAsGroup: USER,
            fsGroup: USER,
            seccompProfile: { type: "RuntimeDefault" },
          },
          containers: [
            {
              name: "worker",
              image: settings.image ?? "",
              args: ["snapshot-worker"],
              env: [
                { name: "TASK_FILE", value: `${TASK_PATH}/task.json` },
                { name: "TERMINATION_LOG", value: "/dev/termination-log" },
              ],
              securityContext: {
                allowPrivilegeEscalation: false,
                readOnlyRootFilesystem: true,
                capabilities: { drop: ["ALL"] },
              },
              resources: {
                requests: { cpu: "100m", memory: "128Mi" },
                // All four, for a namespace whose quota asks for them.
                limits: { cpu: "2", memory: "512Mi" },
              },
              volumeMounts: [
                { name: "task", mountPath: TASK_PATH, readOnly: true },
                { name: "tmp", mountPath: "/tmp" },
                ...(claimName === undefined ? [] : [{ name: "volume", mountPath: VOLUME_PATH }]),
              ],
            },
          ],
          volumes: [
            { name: "task", secret: { secretName: name, defaultMode: 0o440 } },
            { name: "tmp", emptyDir: { sizeLimit: "1Gi" } },
            ...(claimName === undefined
              ? []
              : [{ name: "volume", persistentVolumeClaim: { claimName } }]),
          ],
        },
      },
    },
  };
}

/** The Secret with the task; it goes with its Job. Pure. */
export function taskSecretOf(
  { id, task }: Work,
  jobUid: string,
  settings: WorkSettings,
): KubeObject {
  const name = workName(id);
  return {
    apiVersion: "v1",
    kind: "Secret",
    metadata: {
      name,
      namespace: settings.namespace,
      labels: labelsOf(settings),
      ownerReferences: [
        { apiVersion: "batch/v1", kind: "Job", name, uid: jobUid, controller: true },
      ],
    },
    immutable: true,
    type: "openvcluster.io/task",
    stringData: { "task.json": JSON.stringify(task) },
  };
}

function labelsOf({ operatorId }: WorkSettings): Readonly<Record<string, string>> {
  return { [OPERATOR_ID_LABEL]: operatorId, [WORK_LABEL]: "snapshot" };
}
