import type { PresentedCertificate } from "../call/origin.ts";
import type { Principal } from "./principal.ts";
import { reservedName } from "./reserved-name.ts";
import { unauthenticated } from "./unauthenticated.ts";

/**
 * Reads a principal from a client certificate as Kubernetes does: the common name is the user, the organizations are the
 * groups. Unlike there, names of the cluster's own (`system:`) are refused: whoever may sign for this API is not thereby
 * an administrator of the host cluster. Throws `denied`.
 */
export function certificatePrincipal(certificate: PresentedCertificate): Principal {
  if (!certificate.isVerified) {
    throw unauthenticated("The client certificate is not valid here; renew it or send none");
  }
  const [name, ...others] = textsOf(certificate.subject["CN"]);
  const groups = textsOf(certificate.subject["O"]);
  if (name === undefined || name === "" || others.length > 0) {
    throw unauthenticated("The client certificate needs exactly one common name");
  }
  const reserved = reservedName([name, ...groups]);
  if (reserved !== undefined) {
    throw unauthenticated(`The client certificate names ${reserved}, which is the cluster's own`);
  }
  return {
    name,
    groups: [...groups, "system:authenticated"],
    extra: {},
    via: "certificate",
  };
}

function textsOf(value: string | readonly string[] | undefined): readonly string[] {
  return value === undefined ? [] : [value].flat();
}
