import { runProgram } from "@open-vcluster/runtime";
import { parseFacadeConfig } from "./config/parse.ts";
import { runFacade } from "./facade.ts";

process.exitCode = await runProgram({
  parsed: parseFacadeConfig(process.env),
  stderr: process.stderr,
  run: (config) => runFacade(config, { environment: process.env, stdout: process.stdout }),
});
