import { spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import type { JsonObject } from "@bufbuild/protobuf";
import { locatePython } from "../../testbed/foreign/python.ts";
import { runCommand } from "../../testbed/host/command.ts";
import { placesOf } from "../../testbed/host/places.ts";
import { stderrProgress } from "../../testbed/progress.ts";
import { CONTRACT_FILE } from "./contract.ts";
import { type Access, type ForeignClient, ForeignError } from "./foreign-client.ts";

const CLIENT = join(import.meta.dirname, "client.py");
const PROTOS = ["vcluster", "snapshot", "vcluster_service"].map(
  (name) => `vcluster/api/v1/${name}.proto`,
);

type Said =
  | { readonly answers: readonly JsonObject[] }
  | { readonly answers?: undefined; readonly code: string; readonly message: string };

/** grpcio with stubs that its own tools generate from the published contract. One call at a time. */
export async function openPython({ port, token }: Access): Promise<ForeignClient> {
  const bin = await locatePython(placesOf(process.env).cacheRoot, stderrProgress());
  const python = join(bin, "python");
  const stubs = mkdtempSync(join(tmpdir(), "open-vcluster-stubs-"));
  await runCommand(python, [
    ...["-m", "grpc_tools.protoc", `--descriptor_set_in=${CONTRACT_FILE}`],
    ...[`--python_out=${stubs}`, `--grpc_python_out=${stubs}`],
    ...PROTOS,
  ]);
  const child = spawn(python, [CLIENT, `127.0.0.1:${String(port)}`, stubs], {
    env: { ...process.env, TOKEN: token },
    stdio: ["pipe", "pipe", "inherit"],
  });
  const lines = createInterface(child.stdout)[Symbol.asyncIterator]();
  const ended = new Promise((resolve) => child.once("close", resolve));
  return {
    call: async (method, request, count = 1) => {
      child.stdin.write(`${JSON.stringify({ method, request, count })}\n`);
      const line = await lines.next();
      if (line.done === true) throw new Error("The Python client ended");
      const said = JSON.parse(line.value) as Said;
      if (said.answers !== undefined) return said.answers;
      throw new ForeignError(said.code, said.message);
    },
    close: async () => {
      child.stdin.end();
      await ended;
      rmSync(stubs, { recursive: true, force: true });
    },
  };
}
