/** Reasons of events alone; an event that tells of a condition carries the reason of that. */
export type EventReason =
  | "NamespaceCreated"
  | "Installed"
  | "Changed"
  | "DriftRepaired"
  | "ReleaseUnlocked"
  | "RollingBack"
  | "LeftoversRemoved"
  | "DrainStarted"
  | "PodsEvicted"
  | "PodsDeleted"
  | "KubeconfigRenewed"
  | "Uninstalled"
  | "NamespaceDeleted"
  | "FinalizersRemoved"
  | "IdentityDeleted"
  | "Deleted";

/** How an event reads. */
export interface EventText {
  readonly type: "Normal" | "Warning";
  readonly meaning: string;
}

/** Every reason of events alone. A reason never gets a second meaning. */
export const EVENTS: Readonly<Record<EventReason, EventText>> = {
  NamespaceCreated: { type: "Normal", meaning: "The target namespace was created." },
  Installed: { type: "Normal", meaning: "The chart was installed; the control plane starts." },
  Changed: { type: "Normal", meaning: "The release was brought to today's spec." },
  DriftRepaired: {
    type: "Warning",
    meaning: "Somebody changed or removed what the chart made; it was put back.",
  },
  ReleaseUnlocked: {
    type: "Warning",
    meaning: "A Helm run was killed and had left the release locked.",
  },
  RollingBack: {
    type: "Warning",
    meaning: "A change never became ready; what served before is put back.",
  },
  LeftoversRemoved: {
    type: "Normal",
    meaning: "Objects that an interrupted Helm run had left were removed.",
  },
  DrainStarted: { type: "Normal", meaning: "No new workload pods; those that run are evicted." },
  PodsEvicted: { type: "Normal", meaning: "Workload pods were asked to leave." },
  PodsDeleted: {
    type: "Warning",
    meaning: "Workload pods were deleted at the end of a drain, as onTimeout asked.",
  },
  KubeconfigRenewed: { type: "Normal", meaning: "Secret NAME-kubeconfig was written." },
  Uninstalled: { type: "Normal", meaning: "The release was removed." },
  NamespaceDeleted: {
    type: "Normal",
    meaning: "The deletion of the target namespace was asked for.",
  },
  FinalizersRemoved: {
    type: "Warning",
    meaning: "Objects that held the target namespace back were released.",
  },
  IdentityDeleted: { type: "Normal", meaning: "The copy of the certificates was removed." },
  Deleted: { type: "Normal", meaning: "Nothing of the instance is left." },
};
