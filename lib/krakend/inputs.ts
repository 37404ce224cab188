/**
 * The files that a configuration names.
 *
 * @module
 */

import {
  asList,
  isRecord,
  type Settings,
  settingsIn,
  settingsOf,
} from "./namespaces.ts";

/** A file or folder that a gateway reads besides its configuration file. */
export interface NamedInput {
  /** As written: absolute, or relative to the working folder. */
  readonly path: string;
  /** Where it is named, such as `tls.private_key`. */
  readonly why: string;
  /** Set for a folder: which files in it count. */
  readonly folder?: NamedFolder;
}

/** Which files of a folder count. */
export interface NamedFolder {
  /** Whether files in its folders count too. */
  readonly deep: boolean;
  /** What the name of a file must hold. */
  readonly pattern: string;
  /** Whether the name must end with that. */
  readonly atEnd: boolean;
}

/** Whether a file counts, by its path in the folder. */
export function acceptsName(folder: NamedFolder, name: string): boolean {
  const { pattern, atEnd } = folder;
  return atEnd ? name.endsWith(pattern) : name.includes(pattern);
}

/**
 * The inputs that a configuration names. Whatever it does not understand, it
 * leaves alone: other editions of KrakenD know other keys.
 *
 * @param config The configuration, parsed; of any shape.
 */
export function inputsOfConfig(config: unknown): NamedInput[] {
  const root = settingsIn(config);
  return [
    ...ofPlugins(settingsIn(root["plugin"])),
    ...ofTls(settingsIn(root["tls"])),
    ...ofClientTls(settingsIn(root["client_tls"])),
    ...ofExtraConfig(root["extra_config"], ""),
    ...asList(root["endpoints"]).map(settingsIn).flatMap((endpoint) => {
      const name = `${textOf(endpoint["method"]) || "GET"} ${
        textOf(endpoint["endpoint"])
      }`;
      return ofEndpoint(endpoint, ` of ${name}`);
    }),
    ...asList(root["async_agent"]).map(settingsIn).flatMap((agent) =>
      ofEndpoint(agent, ` of the agent ${textOf(agent["name"])}`)
    ),
    ...ofCatalog(settingsIn(root["grpc"]), "grpc"),
  ];
}

function ofPlugins({ folder, pattern }: Settings): NamedInput[] {
  return named(folder, "plugin.folder").map((input) => ({
    ...input,
    // lura takes every file whose name holds the pattern.
    folder: { deep: false, pattern: textOf(pattern), atEnd: false },
  }));
}

function ofTls(tls: Settings): NamedInput[] {
  if (tls["disabled"] === true) return [];
  return [
    ...named(tls["public_key"], "tls.public_key"),
    ...named(tls["private_key"], "tls.private_key"),
    ...asList(tls["keys"]).map(settingsIn).flatMap((pair) => [
      ...named(pair["public_key"], "tls.keys.public_key"),
      ...named(pair["private_key"], "tls.keys.private_key"),
    ]),
    ...namedIn(tls["ca_certs"], "tls.ca_certs"),
  ];
}

function ofClientTls(tls: Settings): NamedInput[] {
  return [
    ...namedIn(tls["ca_certs"], "client_tls.ca_certs"),
    ...asList(tls["client_certs"]).map(settingsIn).flatMap((pair) => [
      ...named(pair["certificate"], "client_tls.client_certs.certificate"),
      ...named(pair["private_key"], "client_tls.client_certs.private_key"),
    ]),
  ];
}

/** An endpoint or an agent, with its backends. */
function ofEndpoint(endpoint: Settings, whose: string): NamedInput[] {
  return [
    ...ofExtraConfig(endpoint["extra_config"], whose),
    ...asList(endpoint["backend"]).map(settingsIn).flatMap((backend) =>
      ofExtraConfig(backend["extra_config"], `${whose}, in a backend`)
    ),
  ];
}

function ofExtraConfig(extraConfig: unknown, whose: string): NamedInput[] {
  if (!isRecord(extraConfig)) return [];
  const lua = [
    "modifier/lua-endpoint",
    "modifier/lua-proxy",
    "modifier/lua-backend",
  ].flatMap((namespace) => {
    const { sources, live } = settingsOf(extraConfig, namespace);
    // These are read again at every request, by the gateway itself.
    return live === true ? [] : namedIn(sources, `${namespace}.sources`);
  });
  const keys = ["auth/validator", "auth/signer"].flatMap((namespace) => {
    const { jwk_local_path, jwk_local_ca } = settingsOf(extraConfig, namespace);
    return [
      ...named(jwk_local_path, `${namespace}.jwk_local_path`),
      ...named(jwk_local_ca, `${namespace}.jwk_local_ca`),
    ];
  });
  const { query_path } = settingsOf(extraConfig, "backend/graphql");
  return [
    ...lua,
    ...keys,
    ...named(query_path, "backend/graphql.query_path"),
    ...ofCatalog(settingsOf(extraConfig, "grpc"), "grpc"),
  ].map((input) => ({ ...input, why: `${input.why}${whose}` }));
}

/** Protocol definitions of the Enterprise edition: files, or folders of them. */
function ofCatalog({ catalog }: Settings, name: string): NamedInput[] {
  const folder = { deep: true, pattern: "", atEnd: false };
  return namedIn(catalog, `${name}.catalog`)
    .map((input) => ({ ...input, folder }));
}

/** The paths of a list. */
export function namedIn(values: unknown, why: string): NamedInput[] {
  return asList(values).flatMap((value) => named(value, why));
}

/** A path, if a value can be one. */
export function named(value: unknown, why: string): NamedInput[] {
  const path = textOf(value);
  return path && !path.includes("\0") ? [{ path, why }] : [];
}

function textOf(value: unknown): string {
  return typeof value === "string" ? value : "";
}
