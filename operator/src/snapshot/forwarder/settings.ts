import path from "node:path";

/**
 * `socket`: of the kine that runs in the control plane. `kine`: one is started on a volume that nobody uses. `renew`: the same,
 * on a new database if the one that is there is damaged.
 */
export type ForwarderMode = (typeof MODES)[number];
const MODES = ["socket", "kine", "renew"] as const;

/** How a forwarder is told what to do; its pod sets all of it. */
export interface ForwarderSettings {
  readonly mode: ForwarderMode;
  /** kine's socket: where it is, or where it is made. */
  readonly socket: string;
  /** Of a kine that is started. */
  readonly database: string;
  /** The program. */
  readonly kine: string;
  /** Directory with `ca.crt`, `tls.crt` and `tls.key`. */
  readonly tlsDirectory: string;
  readonly port: number;
  readonly healthPort: number;
}

/** What stands in the environment for each setting. */
export const FORWARDER_VARIABLES: { readonly [S in keyof ForwarderSettings]: string } = {
  mode: "FORWARD_MODE",
  socket: "KINE_SOCKET",
  database: "KINE_DATABASE",
  kine: "KINE",
  tlsDirectory: "TLS_DIRECTORY",
  port: "LISTEN_PORT",
  healthPort: "HEALTH_PORT",
};

type Environment = Readonly<Record<string, string | undefined>>;

/** Throws a RangeError that names the variable. Pure. */
export function settingsOf(environment: Environment): ForwarderSettings {
  const text = (setting: keyof ForwarderSettings): string => {
    const name = FORWARDER_VARIABLES[setting];
    const value = environment[name];
    if (value === undefined || value === "") throw new RangeError(`${name} is not set`);
    return value;
  };
  const absolute = (setting: keyof ForwarderSettings): string => {
    const value = text(setting);
    if (path.isAbsolute(value)) return value;
    throw new RangeError(`${FORWARDER_VARIABLES[setting]} is no absolute path`);
  };
  const port = (setting: keyof ForwarderSettings): number => {
    const value = Number(text(setting));
    if (Number.isInteger(value) && value >= 0 && value < 1 << 16) return value;
    throw new RangeError(`${FORWARDER_VARIABLES[setting]} is no port`);
  };
  const mode = MODES.find((each) => each === text("mode"));
  if (mode === undefined) {
    throw new RangeError(`${FORWARDER_VARIABLES.mode} is none of ${MODES.join(", ")}`);
  }
  return {
    mode,
    socket: absolute("socket"),
    database: absolute("database"),
    kine: absolute("kine"),
    tlsDirectory: absolute("tlsDirectory"),
    port: port("port"),
    healthPort: port("healthPort"),
  };
}
