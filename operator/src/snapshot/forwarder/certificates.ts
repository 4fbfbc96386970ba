import { createAuthority, issueLeaf } from "../../pki/certificate.ts";

/** The name that the forwarder's certificate is of; pods have no name that anybody could resolve. */
export const FORWARDER_NAME = "forwarder.openvcluster.io";

/** Certificate and key of one side, and whom it trusts; PEM. */
export interface TlsParts {
  readonly ca: string;
  readonly cert: string;
  readonly key: string;
}

/** Both sides of one forwarder's connections. */
export interface ForwarderCertificates {
  readonly server: TlsParts;
  readonly client: TlsParts;
}

/**
 * Makes certificates for one forwarder and one worker. The key of their authority is kept nowhere, so that nobody else
 * can ever get in.
 */
export async function createForwarderCertificates(nowMs: number): Promise<ForwarderCertificates> {
  const authority = await createAuthority("snapshot-forwarder", nowMs);
  const server = await issueLeaf(
    authority,
    {
      subject: { commonName: FORWARDER_NAME },
      usage: "server",
      alternativeNames: [FORWARDER_NAME],
    },
    nowMs,
  );
  const worker = { subject: { commonName: "snapshot-worker" }, usage: "client" } as const;
  const client = await issueLeaf(authority, worker, nowMs);
  const ca = authority.certificatePem;
  return {
    server: { ca, cert: server.certificatePem, key: server.keyPem },
    client: { ca, cert: client.certificatePem, key: client.keyPem },
  };
}
