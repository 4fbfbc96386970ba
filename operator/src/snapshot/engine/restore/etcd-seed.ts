/** One of the members that an etcd cluster starts with. */
export interface EtcdMember {
  readonly name: string;
  readonly peerUrl: string;
}

/** The data directory of one member, to be made before its first start. */
export interface EtcdSeed {
  /** File `member/snap/db` of an etcd that was started once and never written to. */
  readonly emptyDatabase: string;
  /** Must not exist yet. */
  readonly dataDirectory: string;
  /** By `bumpedRevision`. */
  readonly revision: number;
  readonly member: EtcdMember;
  /** The same for all members. */
  readonly cluster: readonly EtcdMember[];
  readonly token: string;
}

/**
 * Arguments of etcdutl that make the data directory of a member whose store is empty, stands at a revision and has
 * compacted everything up to it. All members must be made of the same database. Pure.
 */
export function etcdSeedArguments(seed: EtcdSeed): readonly string[] {
  const cluster = seed.cluster.map(({ name, peerUrl }) => `${name}=${peerUrl}`);
  return [
    "snapshot",
    "restore",
    seed.emptyDatabase,
    // A database has no digest behind it; only a snapshot that was saved over the network has one.
    "--skip-hash-check",
    `--bump-revision=${seed.revision}`,
    "--mark-compacted",
    `--data-dir=${seed.dataDirectory}`,
    `--name=${seed.member.name}`,
    `--initial-advertise-peer-urls=${seed.member.peerUrl}`,
    `--initial-cluster=${cluster.join(",")}`,
    `--initial-cluster-token=${seed.token}`,
  ];
}
