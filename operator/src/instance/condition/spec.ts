import type { SpecRefusal } from "../../values/spec-refusal.ts";
import { type Account, no, unknown, type Verdict, yes } from "./verdict.ts";

/** Whether the spec can be carried out. Pure. */
export function specAccepted({ seen }: Account): Verdict {
  const { desire, chart, namespace, externalEtcd } = seen;
  if (desire.kind === "refused") return firstOf(desire.refused);
  if (chart.kind === "refused") return firstOf([chart.refused]);
  if (namespace.kind === "foreign") {
    return no(
      "NamespaceNotOwned",
      `Namespace ${seen.targetNamespace} exists and was not made for this instance: choose another spec.targetNamespace in a new instance, or remove that namespace`,
    );
  }
  if (namespace.kind === "taken") {
    return no(
      "NamespaceTaken",
      `Namespace ${seen.targetNamespace} belongs to ${namespace.by}, and one namespace holds one virtual cluster: create this instance with another spec.targetNamespace`,
    );
  }
  if (externalEtcd.kind === "sourceMissing") {
    return no(
      "ExternalEtcdSecretMissing",
      `Secret ${externalEtcd.name} is missing in this namespace: create it with the keys ca.crt, tls.crt and tls.key`,
    );
  }
  return yes("Accepted", "The spec can be carried out");
}

function firstOf(refused: readonly SpecRefusal[]): Verdict {
  const [first] = refused;
  if (first === undefined) return unknown("Pending", "The spec was not judged yet");
  const message = refused.map(({ field, message: text }) => `${field}: ${text}`).join(" ");
  return no(first.reason, message);
}
