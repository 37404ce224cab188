/**
 * The files that a gateway is made of, besides its configuration file.
 *
 * @module
 */

import { join } from "@std/path/posix";
import type { Environment } from "../cli/options.ts";
import { ifPossible } from "../errors.ts";
import { decode, isTrue, listOf, membersOf } from "./config.ts";
import { type Explanation, show, type Source } from "./frame.ts";

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
  /** Set for a folder that can be large: no start waits until it is listed. */
  readonly isLazy?: boolean;
}

/** Reads files. Paths are absolute, or relative to the working folder. */
export interface Files {
  /** Returns what a file holds; undefined if it cannot be read. */
  read(path: string): Uint8Array | undefined;
  /** Returns the names of the files in a folder, in order; none if it cannot be read. */
  list(folder: string): readonly string[];
}

const ANY_FILE: InputFolder = { isDeep: true, pattern: "", atEnd: false };

/** Keys that name files, by the sections and components of a configuration that they stand in. */
const FILE_KEYS = new Map(Object.entries({
  "plugin": "folder",
  "tls": "public_key private_key keys.public_key keys.private_key ca_certs",
  "client_tls": "ca_certs client_certs.certificate client_certs.private_key",
  "grpc": "catalog",
  "auth/signer": "jwk_local_path jwk_local_ca",
  "auth/validator": "jwk_local_path jwk_local_ca",
  "backend/graphql": "query_path",
  "modifier/lua-backend": "sources",
  "modifier/lua-endpoint": "sources",
  "modifier/lua-proxy": "sources",
  // KrakenD still takes the names of its first version.
  "github_com/devopsfaith/krakend-jose/signer": "jwk_local_path",
  "github_com/devopsfaith/krakend-jose/validator": "jwk_local_path",
  "github_com/devopsfaith/krakend-lua/proxy": "sources",
  "github_com/devopsfaith/krakend-lua/proxy/backend": "sources",
  "github_com/devopsfaith/krakend-lua/router": "sources",
}));

/**
 * Finds the inputs that a configuration names. Values of another shape than
 * expected are passed over: other editions of KrakenD have other keys.
 */
export function inputsOf(config: unknown): NamedInput[] {
  const root = membersOf(config);
  const pipes = [root["endpoints"], root["async_agent"]].flatMap(listOf)
    .map(membersOf);
  const backends = pipes.flatMap((it) => listOf(it["backend"])).map(membersOf);
  const components = [root, ...pipes, ...backends]
    .flatMap((it) => Object.entries(membersOf(it["extra_config"])));
  return [...Object.entries(root), ...components]
    .flatMap(([name, section]) => inputsIn(name, section));
}

function inputsIn(name: string, section: unknown): NamedInput[] {
  const keys = FILE_KEYS.get(name.replace(/^github\.com/, "github_com"));
  const { disabled, live, pattern } = membersOf(section);
  // The gateway itself reads live scripts again, at every request.
  if (!keys || isTrue(disabled) || live === true) return [];
  const [part = ""] = textsIn(pattern, []);
  const folder = name === "plugin"
    // Those whose names hold a pattern (lura).
    ? { isDeep: false, pattern: part, atEnd: false }
    // Protocol definitions of the Enterprise edition may be folders.
    : name === "grpc"
    ? ANY_FILE
    : undefined;
  return keys.split(" ").flatMap((key) =>
    textsIn(section, key.split(".")).map((path) => ({
      path,
      why: `${name}.${key}`,
      ...folder && { folder },
    }))
  );
}

/** Returns the texts at the end of a way of keys, alone or in lists. */
function textsIn(value: unknown, [key, ...rest]: readonly string[]): string[] {
  if (key !== undefined) {
    return listOf(membersOf(value)[key]).flatMap((it) => textsIn(it, rest));
  }
  const isPath = typeof value === "string" && value && !value.includes("\0");
  return isPath ? [value] : [];
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
  const folder = (variable: string, folder: InputFolder): NamedInput[] => {
    const path = env[variable];
    return path ? [{ path, why: variable, folder }] : [];
  };
  const ending = (pattern: string) => ({ isDeep: false, pattern, atEnd: true });
  const partials = partialsOf(file, env, files)
    .flatMap(({ path }) => path ? [path] : []);
  return [
    ...folder("FC_SETTINGS", ending(".json")),
    ...folder("FC_TEMPLATES", ending(".tmpl")),
    // For the partials of which the names are computed.
    ...folder("FC_PARTIALS", { ...ANY_FILE, isLazy: true }),
    ...inEnterpriseFile(env["FC_CONFIG"], files),
    ...[...new Set(partials)]
      .map((path) => ({ path, why: "included by a template" })),
  ];
}

/** The one file that names all folders of flexible configuration in the Enterprise edition. */
function inEnterpriseFile(path: string | undefined, files: Files) {
  if (!path) return [];
  // One that is broken is an input itself: when it is mended, it is read again.
  const root: unknown = ifPossible(() =>
    JSON.parse(templateAt(path, files).text)
  );
  const folders = ["settings", "templates", "partials"].flatMap((key) =>
    textsIn(root, [key, "paths"])
      .map((path) => ({ path, why: `FC_CONFIG ${key}`, folder: ANY_FILE }))
  );
  return [{ path, why: "FC_CONFIG" }, ...folders];
}

/** What a name holds that leads out of FC_PARTIALS, or that the filter for its files drops. */
const UNWATCHED = /(?:^|["`/])\.\.\\?\/|\.#|(?:~|\.swp)["`]/;

/** Finds partials that are missing, and one whose name is computed so that it may not be watched. */
export function explainPartials(
  file: string,
  env: Environment,
  files: Files,
): Explanation[] {
  const partials = partialsOf(file, env, files);
  // Names are made of what stands in templates and settings.
  const settings = pathsIn(env["FC_SETTINGS"], ".json", files)
    .map((it) => templateAt(it, files));
  const isWatched = env["FC_PARTIALS"] &&
    ![...templatesOf(file, env, files), ...settings]
      .some(({ text }) => UNWATCHED.test(text));
  const computed = partials.filter(({ path }) => path === undefined)
    .slice(0, isWatched ? 0 : 1);
  const missing = partials.filter(({ path }) => path && !files.read(path));
  return [...computed, ...missing].map(({ source, offset, path }) =>
    show(source, {
      offset,
      length: "include".length,
      message: path === undefined
        ? env["FC_PARTIALS"]
          ? "the name of this partial is computed, and its file is not watched if it is outside of FC_PARTIALS or named like one of an editor: name it with --watch"
          : "the name of this partial is computed, so its file is not watched: name it with --watch, or its folder with FC_PARTIALS"
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
    }))
  );
}

/** Returns the configuration file and the templates of FC_TEMPLATES. */
export function templatesOf(
  file: string,
  env: Environment,
  files: Files,
): Source[] {
  return [file, ...pathsIn(env["FC_TEMPLATES"], ".tmpl", files)]
    .map((it) => templateAt(it, files));
}

/** Returns the paths that KrakenD reads in a folder, by the ending of their names; none if no folder is named. */
export function pathsIn(
  folder: string | undefined,
  ending: string,
  files: Files,
): string[] {
  return (folder ? files.list(folder) : [])
    .filter((name) => name.endsWith(ending))
    .map((name) => join(folder ?? "", name));
}

/** Reads a template; one that cannot be read is empty. */
export function templateAt(file: string, files: Files): Source {
  return { file, text: decode(files.read(file) ?? new Uint8Array(), "json") };
}

/** An action of a template up to its end, with the texts in it; or the beginning of a comment. */
const ACTION =
  /\{\{(?:-?\s*\/\*[^]{0,10000}?\*\/|(?:"(?:[^"\\\n]|\\.)*"|`[^`]*`|'(?:[^'\\\n]|\\.)*'|(?!\}\}|\{\{)[^])*)/g;
const COMMENT = /^\{\{-?\s*\/\*/;
/** A text, a raw text, a character or a name of Go; a pipe, and the end of `:=`. */
const TOKEN =
  /"(?:[^"\\\n]|\\.)*"|`[^`]*`|'(?:[^'\\\n]|\\.)*'|[.$\p{L}\p{N}_]+|[|=]/gu;

/**
 * Finds the partials that a template includes (text/template), with the offsets
 * of the words `include` and their names, as KrakenD joins them with
 * FC_PARTIALS; undefined if the template computes one.
 */
export function inclusionsOf(template: string) {
  return [...template.matchAll(ACTION)].flatMap(({ 0: action, index }) => {
    const tokens = COMMENT.test(action) ? [] : [...action.matchAll(TOKEN)];
    return tokens.flatMap((token, i) => {
      if (token[0] !== "include") return [];
      const word = (at: number) => tokens[i + at]?.[0] ?? "=";
      const isPiped = word(-1) === "|" && word(-3) === "=";
      const partial = textOf(word(isPiped ? -2 : 1));
      return [{ partial, offset: index + token.index }];
    });
  });
}

/** Returns what a text of Go stands for; undefined if it is none, or one with bytes that are not ASCII. */
function textOf(token: string): string | undefined {
  if (token.startsWith("`")) return token.slice(1, -1);
  if (!token.startsWith('"')) return undefined;
  const json = token.replace(
    /\\(?:x([0-7][0-9a-f])|([01][0-7]{2})|.)/gi,
    (escape, hex?: string, octal?: string) => {
      const code = hex ?? (octal && parseInt(octal, 8).toString(16));
      return code ? `\\u${code.padStart(4, "0")}` : escape;
    },
  );
  return ifPossible((): string => JSON.parse(json));
}
