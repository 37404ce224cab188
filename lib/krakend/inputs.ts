/**
 * The files that a gateway is made of, besides its configuration file.
 *
 * @module
 */

import { join } from "@std/path/posix";
import {
  componentName,
  decode,
  type Environment,
  isTrue,
  listOf,
  type Members,
  membersOf,
} from "./config.ts";
import { type Explanation, show, type Source } from "./frame.ts";
import { inclusionsOf } from "./inclusions.ts";

/** A file or folder that a gateway reads. */
export interface NamedInput {
  /** As written: absolute, or relative to the working folder. */
  readonly path: string;
  /** Where it is named, such as `tls.private_key`. */
  readonly why: string;
  /** Set for a folder, and for what may be one. */
  readonly folder?: InputFolder;
}

/** Which files of a folder are inputs, whatever else their names are. */
export interface InputFolder {
  /** Whether files in its folders are, too. */
  readonly isDeep: boolean;
  /** Text that the name of a file holds. */
  readonly pattern: string;
  /** Whether the name ends with it. */
  readonly atEnd: boolean;
}

/** Reads files. Paths are absolute, or relative to the working folder. */
export interface Files {
  /** Returns what a file holds; undefined if it cannot be read. */
  read(path: string): Uint8Array | undefined;
  /** Returns the names of the files in a folder, in order; none if it cannot be read. */
  list(folder: string): readonly string[];
}

/** Whether a file of a folder is an input, by its path in it. */
export function acceptsName(
  { pattern, atEnd }: InputFolder,
  name: string,
): boolean {
  return atEnd ? name.endsWith(pattern) : name.includes(pattern);
}

/**
 * Finds the inputs that a configuration names. Values of another shape than
 * expected are passed over: other editions of KrakenD have other keys.
 */
export function inputsOf(config: unknown): NamedInput[] {
  const root = membersOf(config);
  const tls = membersOf(root["tls"]);
  const clientTls = membersOf(root["client_tls"]);
  return [
    ...inFolder(root["plugin"], "plugin"),
    ...isTrue(tls["disabled"]) ? [] : [
      ...pathsOf(tls, "tls", "public_key", "private_key"),
      ...listOf(tls["keys"]).flatMap((pair) =>
        pathsOf(pair, "tls.keys", "public_key", "private_key")
      ),
      ...pathsOf(tls, "tls", "ca_certs"),
    ],
    ...pathsOf(clientTls, "client_tls", "ca_certs"),
    ...listOf(clientTls["client_certs"]).flatMap((pair) =>
      pathsOf(pair, "client_tls.client_certs", "certificate", "private_key")
    ),
    ...inComponents(root["extra_config"], ""),
    ...listOf(root["endpoints"]).map(membersOf).flatMap((endpoint) =>
      inPipe(
        endpoint,
        ` of ${textOf(endpoint["method"]) || "GET"} ${
          textOf(endpoint["endpoint"])
        }`,
      )
    ),
    ...listOf(root["async_agent"]).map(membersOf).flatMap((agent) =>
      inPipe(agent, ` of the agent ${textOf(agent["name"])}`)
    ),
    ...inComponents({ grpc: root["grpc"] }, ""),
  ];
}

/** Plugins are the files of a folder whose names hold a pattern (lura). */
function inFolder(plugin: unknown, name: string): NamedInput[] {
  const pattern = textOf(membersOf(plugin)["pattern"]);
  return pathsOf(plugin, name, "folder").map((input) => ({
    ...input,
    folder: { isDeep: false, pattern, atEnd: false },
  }));
}

/** An endpoint or an agent, with its backends. */
function inPipe(pipe: Members, whose: string): NamedInput[] {
  return [
    ...inComponents(pipe["extra_config"], whose),
    ...listOf(pipe["backend"]).map(membersOf).flatMap((backend) =>
      inComponents(backend["extra_config"], `${whose}, in a backend`)
    ),
  ];
}

/** Keys that name files, by their components. */
const FILE_KEYS = new Map([
  ["modifier/lua-endpoint", ["sources"]],
  ["modifier/lua-proxy", ["sources"]],
  ["modifier/lua-backend", ["sources"]],
  ["auth/validator", ["jwk_local_path", "jwk_local_ca"]],
  ["auth/signer", ["jwk_local_path", "jwk_local_ca"]],
  ["backend/graphql", ["query_path"]],
  ["grpc", ["catalog"]],
]);
const ANY_FILE: InputFolder = { isDeep: true, pattern: "", atEnd: false };

function inComponents(extraConfig: unknown, whose: string): NamedInput[] {
  return Object.entries(membersOf(extraConfig)).flatMap(([key, component]) => {
    const name = componentName(key);
    const keys = FILE_KEYS.get(name);
    // The gateway itself reads live scripts again, at every request.
    if (!keys || membersOf(component)["live"] === true) return [];
    return pathsOf(component, name, ...keys).map(({ path, why }) => ({
      path,
      why: `${why}${whose}`,
      // Protocol definitions of the Enterprise edition may be folders.
      ...name === "grpc" && { folder: ANY_FILE },
    }));
  });
}

/** The paths that stand under some keys, alone or in lists. */
function pathsOf(
  value: unknown,
  name: string,
  ...keys: readonly string[]
): NamedInput[] {
  if (value === undefined) return [];
  const members = membersOf(value);
  return keys.flatMap((key) =>
    listOf(members[key]).map(textOf)
      .filter((path) => path && !path.includes("\0"))
      .map((path) => ({ path, why: `${name}.${key}` }))
  );
}

function textOf(value: unknown): string {
  return typeof value === "string" ? value : "";
}

/**
 * Finds the inputs of flexible configuration (krakend-flexibleconfig); none if
 * it is off. The file of FC_OUT, which KrakenD writes, is never one.
 *
 * @param file The configuration file, as the user wrote it.
 */
export function flexibleInputs(
  file: string,
  env: Environment,
  files: Files,
): NamedInput[] {
  if (!env["FC_ENABLE"]) return [];
  const folder = (variable: string, pattern: string): NamedInput[] => {
    const path = env[variable];
    const folder = { isDeep: !pattern, pattern, atEnd: Boolean(pattern) };
    return path ? [{ path, why: variable, folder }] : [];
  };
  return [
    ...folder("FC_SETTINGS", ".json"),
    ...folder("FC_TEMPLATES", ".tmpl"),
    ...folder("FC_PARTIALS", ""),
    ...inEnterpriseFile(env["FC_CONFIG"], files),
    ...partialsOf(file, env, files)
      .flatMap(({ path, isElsewhere }) => path && isElsewhere ? [path] : [])
      .filter((path, i, paths) => paths.indexOf(path) === i)
      .map((path) => ({ path, why: "included by a template" })),
  ];
}

/** Returns the file that KrakenD writes its compiled configuration to; undefined if there is none. */
export function compiledOutput(env: Environment): string | undefined {
  return env["FC_ENABLE"] && env["FC_OUT"] || undefined;
}

/** Finds partials that are missing, and one whose name is computed so that it cannot be watched. */
export function explainPartials(
  file: string,
  env: Environment,
  files: Files,
): Explanation[] {
  const partials = partialsOf(file, env, files);
  const computed = partials.filter(({ path }) => path === undefined)
    .slice(0, env["FC_PARTIALS"] ? 0 : 1);
  const missing = partials.filter(({ path }) => path && !files.read(path));
  return [...computed, ...missing].map(({ source, offset, path }) =>
    show(source, {
      offset,
      length: "include".length,
      message: path === undefined
        ? "the name of this partial is computed, so its file is not watched: name it with --watch, or its folder with FC_PARTIALS"
        : `the partial ${path} is missing: KrakenD puts nothing in its place`,
    })
  );
}

/** Finds each inclusion of the templates. The path of a partial is undefined if its name is computed. */
function partialsOf(file: string, env: Environment, files: Files) {
  const folder = env["FC_PARTIALS"] ?? "";
  // The Enterprise edition may have partials elsewhere, which its file names.
  if (!env["FC_ENABLE"] || env["FC_CONFIG"]) return [];
  return templatesOf(file, env, files).flatMap((source) =>
    inclusionsOf(source.text).map(({ partial, offset }) => ({
      source,
      offset,
      // As Go joins them: a name that begins with a slash is in the folder, too.
      path: partial && join(folder, partial),
      isElsewhere: !folder || join(".", partial ?? "").startsWith("../"),
    }))
  );
}

/** Returns the configuration file and the templates of FC_TEMPLATES. */
export function templatesOf(
  file: string,
  env: Environment,
  files: Files,
): Source[] {
  const folder = env["FC_TEMPLATES"];
  const names = folder ? files.list(folder) : [];
  const templates = names.filter((name) => name.endsWith(".tmpl"))
    .map((name) => join(folder ?? "", name));
  return [file, ...templates].map((it) => templateAt(it, files));
}

/** Reads a template; one that cannot be read is empty. */
export function templateAt(file: string, files: Files): Source {
  const content = files.read(file) ?? new Uint8Array();
  return { file, text: decode(content, "json"), format: "json" };
}

/** The one file that names all folders of flexible configuration in the Enterprise edition. */
function inEnterpriseFile(path: string | undefined, files: Files) {
  if (!path) return [];
  let root: unknown;
  try {
    root = JSON.parse(decode(files.read(path) ?? new Uint8Array(), "json"));
  } catch {
    // It is an input itself: when it is mended, it is read again.
  }
  const named = ["settings", "templates", "partials"].flatMap((key) =>
    pathsOf(membersOf(root)[key], `FC_CONFIG ${key}`, "paths")
  );
  const inFolders = named.map((input) => ({ ...input, folder: ANY_FILE }));
  return [{ path, why: "FC_CONFIG" }, ...inFolders];
}
