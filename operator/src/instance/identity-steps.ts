import { type Decision, step, waitFor } from "./decision.ts";
import type { InstanceSeen } from "./seen.ts";

/** Certificates exist, in the target namespace and in escrow, before anything mounts them. Pure. */
export function identityIncomplete(seen: InstanceSeen): Decision | undefined {
  switch (seen.identity.kind) {
    case "createEscrow":
      if (seen.desire.kind === "refused") return waitFor("The spec is refused");
      return step({ kind: "createEscrow" }, "The virtual cluster has no identity yet");
    case "writeCerts":
      return step(
        { kind: "writeCerts", restart: seen.identity.cause !== "missing" },
        `The certificates in the target namespace are ${seen.identity.cause}`,
      );
    case "refuse":
      return waitFor(seen.identity.message);
    case "none":
    case "followCerts":
    case "readCerts":
      return undefined;
  }
}

/** The copy of the certificates follows a renewal; nothing waits for that. Pure. */
export function certificatesRenewed({ identity }: InstanceSeen): Decision | undefined {
  return identity.kind === "followCerts" || identity.kind === "readCerts"
    ? step({ kind: "followCerts" }, "The certificates changed, their copy did not yet")
    : undefined;
}
