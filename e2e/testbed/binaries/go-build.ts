import { TestbedError } from "../failure.ts";
import { tryCommand } from "../host/command.ts";

/** One program of a Go module. */
export interface GoBuild {
  /** Folder of the module. */
  readonly module: string;
  readonly package: string;
  /** Path of the program. */
  readonly output: string;
  readonly ldflags: string;
  readonly tags?: string | undefined;
  readonly cgo?: boolean | undefined;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Builds one program; `go build` uses all cores itself.
 * @throws TestbedError `BuildFailed` with what Go said.
 */
export async function goBuild(build: GoBuild): Promise<void> {
  const args = ["build", "-ldflags", build.ldflags, "-o", build.output];
  if (build.tags !== undefined) args.push("-tags", build.tags);
  const result = await tryCommand("go", [...args, build.package], {
    cwd: build.module,
    // The flags are part of Go's build cache key: the same everywhere means compiled once.
    env: {
      ...process.env,
      GOFLAGS: "-mod=readonly -trimpath",
      CGO_ENABLED: build.cgo === true ? "1" : "0",
    },
    ...(build.signal === undefined ? {} : { signal: build.signal }),
  });
  if (result.code === 0) return;
  const said = result.stderr.trim().split("\n").slice(-15).join("\n");
  throw new TestbedError("BuildFailed", `Go could not build ${build.package}:\n${said}`);
}
