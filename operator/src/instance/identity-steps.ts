import { type Decision, step, waitFor } from "./decision.ts";
import type { InstanceSeen } from "./seen.ts";

/** Certificates exist, in the target namespace and in escrow, before anything mounts them. Pure. */
export function identityIncomplete(seen: InstanceSeen): Decision | undefined {
  switch (seen.identity.kind) {
    case "none":
      return undefined;
    case "createEscrow":
      if (seen.desire.kind === "refused") return waitFor("The spec is refused");
      return step({ kind: "createEscrow" }, "The virtual cluster has no identity yet");
    case "writeCerts":
      return step(
        { kind: "writeCerts" },
        `The certificates in the target namespace are ${seen.identity.cause}`,
      );
    case "followCerts":
      return step({ kind: "followCerts" }, "The certificates were renewed");
    case "readCerts":
      return step({ kind: "followCerts" }, "The certificates changed");
    case "refuse":
      return waitFor(seen.identity.message);
  }
}
