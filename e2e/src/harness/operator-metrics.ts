import { get } from "node:http";
import type { OperatorProcess } from "./operator-process.ts";

/** Passes that an operator has finished, from its own metrics; 0 before it serves any. */
export async function passesOf(operator: OperatorProcess): Promise<number> {
  const text = await metricsOf(operator);
  return text
    .split("\n")
    .filter((line) => line.startsWith("open_vcluster_reconcile_duration_seconds_count"))
    .map((line) => Number(line.split(" ").at(-1)))
    .reduce((sum, passes) => sum + passes, 0);
}

function metricsOf(operator: OperatorProcess): Promise<string> {
  const port = /"port":(\d+),"msg":"Serving health and metrics"/.exec(operator.log())?.[1];
  if (port === undefined) return Promise.resolve("");
  return new Promise((resolve, reject) => {
    get({ host: "127.0.0.1", port: Number(port), path: "/metrics" }, (answer) => {
      const chunks: Buffer[] = [];
      answer.on("data", (chunk: Buffer) => chunks.push(chunk));
      answer.on("end", () => {
        resolve(Buffer.concat(chunks).toString("utf8"));
      });
    }).on("error", reject);
  });
}
