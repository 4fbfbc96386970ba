import {
  choice,
  type Group,
  group,
  integer,
  parts,
  text,
  textMap,
  texts,
  toggle,
} from "./value.ts";

const MAX_PORT = 65_535;

/** How the API is served: Service, TLS and ingress. */
export function serviceValues(): Group {
  return group("Service of the API", {
    type: choice("Its type", "ClusterIP", ["ClusterIP", "NodePort", "LoadBalancer"]),
    port: integer("Its one port: Connect, gRPC, gRPC-web and REST", 8443, {
      minimum: 1,
      maximum: MAX_PORT,
    }),
    nodePort: integer("Port of the nodes with type NodePort; 0: the cluster chooses", 0, {
      maximum: MAX_PORT,
    }),
    annotations: textMap("Its annotations, such as those of a cloud's load balancer"),
    loadBalancerSourceRanges: texts("Networks that a load balancer lets in"),
  });
}

/** TLS of the API. */
export function tlsValues(): Group {
  return group("TLS of the API", {
    mode: choice(
      "Where the certificate comes from: selfSigned makes one that upgrades keep (Secret of the release, with ca.crt for clients); certManager asks cert-manager, which renews it; secret takes a given one; off serves plaintext, for a mesh or an ingress in the same cluster that adds TLS",
      "selfSigned",
      ["selfSigned", "certManager", "secret", "off"],
    ),
    secretName: text("Secret of type kubernetes.io/tls for mode secret"),
    extraNames: texts(
      "Further DNS names of the certificate, besides those of the Service and the ingress",
    ),
    extraAddresses: texts("IP addresses of the certificate"),
    validityDays: integer("Validity of a selfSigned certificate, days", 3650, { minimum: 1 }),
    issuer: group("Issuer for mode certManager", {
      kind: choice("Its kind", "ClusterIssuer", ["Issuer", "ClusterIssuer"]),
      name: text("Its name"),
      group: text("Its API group", "cert-manager.io"),
    }),
    duration: text("Validity that cert-manager is asked for", "2160h"),
    renewBefore: text("How long before its end cert-manager renews it", "720h"),
  });
}

/** Client certificates as a way to authenticate. */
export function clientCaValues(): Group {
  return group("Client certificates as a way to authenticate; needs TLS", {
    secretName: text("Secret with the authorities; empty: client certificates are not asked for"),
    key: text("Key of the Secret with the PEM", "ca.crt"),
  });
}

/** Authorities of the OpenID Connect issuer. */
export function oidcCaValues(): Group {
  return group("Authorities of the OpenID Connect issuer", {
    secretName: text("Secret with them; empty: those that every system trusts"),
    key: text("Key of the Secret with the PEM", "ca.crt"),
  });
}

/** Page tokens must be opened by another replica than the one that sealed them. */
export function pageTokenValues(): Group {
  return group("Key that all replicas protect page tokens with", {
    secretName: text("Secret with it; empty: one is made and kept by upgrades"),
    key: text("Key of the Secret, at least 32 random bytes", "key"),
  });
}

/** Two Ingresses: the protocols share their paths, so only names can tell them apart. */
export function ingressValues(): Group {
  return group(
    "Ingress of the API. gRPC on one host, gRPC-web, Connect and REST on another: they share their paths, and a controller speaks one protocol to a backend",
    {
      enabled: toggle("Make the Ingresses", false),
      className: text("IngressClass; empty: the cluster's default"),
      grpc: group("The host for gRPC", {
        host: text("Its name; empty: no gRPC through an ingress"),
        tlsSecretName: text("Secret with its certificate; empty: the controller's own"),
        annotations: textMap(
          "Annotations; they must make the controller speak HTTP/2 to the backend. ingress-nginx is told so by the chart, with TLS as tls.mode has it",
        ),
      }),
      web: group("The host for gRPC-web, Connect and REST", {
        host: text("Its name; empty: none of them through an ingress"),
        tlsSecretName: text("Secret with its certificate; empty: the controller's own"),
        annotations: textMap(
          "Annotations; they must make the controller speak to the backend as tls.mode has it, and leave streams open. ingress-nginx is told the former by the chart",
          {
            "nginx.ingress.kubernetes.io/proxy-buffering": "off",
            "nginx.ingress.kubernetes.io/proxy-read-timeout": "3600",
          },
        ),
      }),
    },
  );
}

/** Who may talk to the pods, and whom they may talk to. */
export function networkPolicyValues(): Group {
  return group("NetworkPolicies of the pods", {
    enabled: toggle("Make them", true),
    apiFrom: parts("Peers that reach the API, as `from` in a rule of a NetworkPolicy; empty: all"),
    metricsFrom: parts("Peers that reach health and metrics, likewise; empty: all"),
    egress: group("Limits of what the pods call", {
      enabled: toggle(
        "Let pods call only the ports below. The address of an API server is not known to a chart, so ports are limited and not addresses",
        false,
      ),
      ports: {
        kind: "leaf",
        description:
          "TCP ports that stay open besides DNS: API servers of the host and of virtual clusters, chart repository, OpenID Connect, traces",
        fallback: [443, 6443, 8443],
        schema: { type: "array", items: { type: "integer", minimum: 1, maximum: MAX_PORT } },
      },
    }),
  });
}
