import { spawn } from "node:child_process";
import { join } from "node:path";
import type { JsonObject } from "@bufbuild/protobuf";
import { signalGroup } from "../../testbed/host/process.ts";
import { type Access, type ForeignClient, ForeignError } from "./foreign-client.ts";

const BUF = join(import.meta.dirname, "../../../node_modules/.bin/buf");

/** `buf curl`, which knows nothing but what the server's reflection tells. */
export function openBufCurl({ port, token }: Access): ForeignClient {
  const base = `http://127.0.0.1:${String(port)}/vcluster.api.v1.VClusterService`;
  return {
    call: (method, request, count = 1) => {
      const options = [
        "--http2-prior-knowledge",
        "--protocol=grpc",
        `--header=authorization: Bearer ${token}`,
        `--data=${JSON.stringify(request)}`,
      ];
      // The program of the package starts another one; both end as a group.
      const child = spawn(BUF, ["curl", ...options, `${base}/${method}`], { detached: true });
      let stdout = "";
      let stderr = "";
      child.stderr.on("data", (chunk: Buffer) => {
        stderr += chunk.toString();
      });
      return new Promise((resolve, reject) => {
        child.stdout.on("data", (chunk: Buffer) => {
          stdout += chunk.toString();
          if (messagesIn(stdout).length >= count) signalGroup(child.pid ?? 0, "SIGTERM");
        });
        child.once("error", reject);
        child.once("close", () => {
          const messages = messagesIn(stdout);
          if (messages.length > 0) resolve(messages);
          else reject(errorOf(stderr));
        });
      });
    },
    close: () => Promise.resolve(),
  };
}

function messagesIn(output: string): readonly JsonObject[] {
  const lines = output.split("\n").slice(0, -1);
  return lines.filter((line) => line !== "").map((line) => JSON.parse(line) as JsonObject);
}

function errorOf(text: string): Error {
  const json = /^\{.*^\}/ms.exec(text)?.[0];
  if (json === undefined) return new Error(text);
  const { code, message } = JSON.parse(json) as { readonly code: string; readonly message: string };
  return new ForeignError(code.toUpperCase(), message);
}
