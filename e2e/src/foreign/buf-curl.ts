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
      const { pid } = child;
      let stdout = "";
      let stderr = "";
      child.stderr.on("data", (chunk: Buffer) => {
        stderr += chunk.toString();
      });
      return new Promise((resolve, reject) => {
        child.stdout.on("data", (chunk: Buffer) => {
          stdout += chunk.toString();
          if (messagesIn(stdout).length >= count && pid !== undefined) signalGroup(pid, "SIGTERM");
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

/** Messages are printed over several lines; only their outermost braces begin one. */
function messagesIn(output: string): readonly JsonObject[] {
  const texts = output.match(/^\{(?:\}|$[^]*?^\})$/gm) ?? [];
  return texts.map((text) => JSON.parse(text) as JsonObject);
}

function errorOf(stderr: string): Error {
  const { code, message } = messagesIn(stderr)[0] ?? {};
  if (typeof code !== "string" || typeof message !== "string") return new Error(stderr);
  return new ForeignError(code.toUpperCase(), message);
}
