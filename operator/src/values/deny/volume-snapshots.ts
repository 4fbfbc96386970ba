/** Paths of volume snapshots, and the first chart line that refuses to install while one of them is present. */
export const VOLUME_SNAPSHOTS: { readonly paths: readonly string[]; readonly refusedFrom: string } =
  {
    paths: [
      "sync.toHost.volumeSnapshots",
      "sync.toHost.volumeSnapshotContents",
      "sync.fromHost.volumeSnapshotClasses",
      "deploy.volumeSnapshotController",
      "rbac.enableVolumeSnapshotRules",
    ],
    refusedFrom: "0.36",
  };
