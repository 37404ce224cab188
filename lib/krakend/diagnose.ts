/**
 * Why KrakenD refuses a configuration, and where.
 *
 * @module
 */

import { basename, join } from "@std/path/posix";
import { visible } from "../redact.ts";
import { bounded, type Complaint, mask, readComplaint } from "./complaint.ts";
import {
  decode,
  type Environment,
  type Format,
  listOf,
  membersOf,
  overriddenBy,
  parseConfig,
} from "./config.ts";
import {
  type Explanation,
  type Fault,
  offsetOf,
  show,
  type Source,
} from "./frame.ts";
import type { Files } from "./inputs.ts";
import { type Path, readJson } from "./json.ts";
import { findYamlFault } from "./yaml_toml.ts";

export type { Explanation, Place } from "./frame.ts";

/** What KrakenD was given. */
export interface Subject {
  /** The configuration file, as the user wrote it. */
  readonly file: string;
  /** What KrakenD parsed: the file, or what flexible configuration made of it. */
  readonly content: Uint8Array;
  readonly format: Format;
  /** Whether flexible configuration made it. */
  readonly isCompiled: boolean;
  /** The files that KrakenD may name instead: private copies. Their names are never shown. */
  readonly copies: readonly string[];
  readonly env: Environment;
  readonly files: Files;
}

/**
 * Explains why KrakenD refuses a configuration.
 *
 * @param output All that `krakend check` has printed; "" if it was not asked, as `parseConfig()` found a fault.
 */
export async function explain(
  output: string,
  subject: Subject,
): Promise<Explanation> {
  const { file, content, format, isCompiled, env } = subject;
  const template = explainTemplate(output, subject);
  if (template) return template;
  const text = decode(content, format);
  const name = isCompiled ? `${file} (compiled)` : file;
  const source = { file: name, text, format };
  const parsed = await parseConfig(content, format);
  const config = parsed.kind === "config" ? parsed.config : undefined;
  const complaint = readComplaint(renamed(output, subject), name, config);
  const variable = complaint?.key &&
    overriddenBy(complaint.key.replace(/[.[].*/, ""), env);
  if (complaint && variable) return explainVariable(variable, complaint, env);

  const fault = encodingFault(content, format) ??
    (text.trim() === "" ? EMPTY : undefined) ??
    (format === "json" ? syntaxFault(text, env) : undefined) ??
    (complaint && await placeOf(complaint, source, config));
  const words = complaint && `krakend: ${complaint.text}`;
  if (!fault) {
    return { reason: words ?? "krakend check failed, and said nothing" };
  }
  const shown = show(source, fault);
  return words && fault.message !== complaint.text
    ? { ...shown, reason: `${shown.reason}\n${words}` }
    : shown;
}

const EMPTY: Fault = { offset: 0, length: 1, message: "the file is empty" };

/** Returns an output in which the user's file stands for its copies. */
function renamed(
  output: string,
  { copies, file, isCompiled }: Subject,
): string {
  const name = isCompiled ? `${file} (compiled)` : file;
  return copies.toSorted((a, b) => b.length - a.length)
    .reduce((text, copy) => text.replaceAll(copy, name), bounded(output));
}

/** A variable that overrides a key is at fault, and not the file. */
function explainVariable(
  variable: string,
  { key, message, text }: Complaint,
  env: Environment,
): Explanation {
  const isService = env[variable]?.startsWith("tcp://");
  const remedy = isService
    ? "unset it (Kubernetes sets it for a Service named krakend: rename that, or set enableServiceLinks: false)"
    : "unset or change it";
  return {
    reason:
      `the environment variable ${variable} overrides "${key}", and ${message}: ${remedy}\nkrakend: ${text}`,
  };
}

/** How krakend-flexibleconfig begins the line that it logs before it reads a template as it stands. */
const TEMPLATE =
  /(?:Unable to parse configuration file|Error parsing sub-templates|Found error while executing template): template: (?<name>[^:\n]+):(?<line>\d+)(?::(?<column>\d+))?: (?<message>.*)/;
/** How it begins the list of the files of FC_SETTINGS that it cannot read, in any order. */
const SETTINGS = "loading flexible-config settings:";
const SETTINGS_FILE = /^\s*- (?<name>[^:\n]+): (?<message>.*)/gm;

/**
 * Explains a fault of flexible configuration; undefined if there is none. A
 * check can pass in spite of it: KrakenD then reads the file as it stands.
 */
export function explainTemplate(
  output: string,
  subject: Subject,
): Explanation | undefined {
  const { file, copies, env, files } = subject;
  if (!env["FC_ENABLE"]) return undefined;
  const text = bounded(output);
  const list = text.indexOf(SETTINGS);
  if (list >= 0) return explainSettings(text.slice(list), subject);
  const { name = "", line, column, message = "" } =
    TEMPLATE.exec(text)?.groups ?? {};
  if (!line) return undefined;
  const isMain = [file, ...copies].some((it) => basename(it) === name);
  const path = isMain ? file : join(env["FC_TEMPLATES"] ?? "", name);
  const source = {
    file: path,
    text: decode(files.read(path) ?? new Uint8Array(), "json"),
    format: "json" as const,
  };
  // What stands between "<" and ">" is the template's own text.
  const sentence = mask(
    message.slice(0, 1_000).replace(/^executing ".*?" at <.*?>: /, ""),
  );
  // text/template counts columns from 0, in bytes.
  const start = offsetOf(source.text, Number(line), 1);
  const end = offsetOf(source.text, Number(line), Infinity);
  const bytes = new TextEncoder().encode(source.text.slice(start, end));
  const before = bytes.subarray(0, Number(column ?? 0));
  const offset = start + new TextDecoder().decode(before).length;
  return show(source, { offset, length: 1, message: sentence });
}

function explainSettings(
  list: string,
  { env, files }: Subject,
): Explanation {
  const faults = [...list.matchAll(SETTINGS_FILE)]
    .map(({ groups: { name = "", message = "" } = {} }) => ({ name, message }))
    .sort((a, b) => a.name < b.name ? -1 : 1);
  const [{ name, message } = { name: "", message: "" }] = faults;
  const folder = env["FC_SETTINGS"] ?? "";
  // The folder itself may be what cannot be read.
  const file = name === folder ? name : join(folder, name);
  const content = file === folder ? undefined : files.read(file);
  if (content) {
    const text = decode(content, "json");
    const fault = encodingFault(content, "json") ?? syntaxFault(text, env);
    if (fault) return show({ file, text, format: "json" }, fault);
  }
  const remedy = name.startsWith(".#")
    ? " (KrakenD reads every *.json; this one is a lock of Emacs, which goes when the buffer is saved)"
    : "";
  const words = mask(message.slice(0, 500));
  return { reason: visible(`${file}: ${words}${remedy}`) };
}

/** Finds names that stand twice in an object of JSON, of which the last one counts. */
export function explainDuplicates(
  { file, content, format, isCompiled }: Subject,
): Explanation[] {
  if (format !== "json") return [];
  const text = decode(content, format);
  const source = {
    file: isCompiled ? `${file} (compiled)` : file,
    text,
    format,
  };
  return readJson(text).duplicates.map((fault) => show(source, fault));
}

/** The marks of Unicode, which KrakenD reads in YAML and TOML only. */
const UNICODE_MARKS: readonly [bytes: string, message: string][] = [
  [
    "ef bb bf",
    "the file begins with a byte order mark (BOM), which KrakenD takes for a character: save it as UTF-8 without BOM",
  ],
  ["ff fe", "the file is UTF-16: save it as UTF-8"],
  ["fe ff", "the file is UTF-16: save it as UTF-8"],
];
/** The first bytes of files that are no text. */
const OTHER_MARKS: typeof UNICODE_MARKS = [
  ["00 05 16 07", "the file was left by macOS and is no text: delete it"],
  ["7f 45 4c 46", "the file is a program, and no text"],
  ["1f 8b", "the file is compressed (gzip), and no text"],
  ["50 4b 03 04", "the file is an archive (ZIP), and no text"],
];

/** Finds what is wrong with a file before its words are read. */
function encodingFault(content: Uint8Array, format: Format): Fault | undefined {
  const at = (message: string, offset = 0) => ({ offset, length: 1, message });
  const first = [...content.subarray(0, 4)]
    .map((byte) => byte.toString(16).padStart(2, "0")).join(" ");
  const unicode = UNICODE_MARKS.find(([mark]) => first.startsWith(mark));
  if (unicode && format !== "json") return undefined;
  const other = OTHER_MARKS.find(([mark]) => first.startsWith(mark));
  const [, message] = unicode ?? other ?? [];
  if (message) return at(message);
  const zero = content.indexOf(0);
  if (zero < 0) return undefined;
  if (zero < 2 && content[zero + 2] === 0) {
    return at("the file is UTF-16 without a mark: save it as UTF-8");
  }
  const { length } = decode(content.subarray(0, zero), format);
  return at("there is a zero byte: the file is no text", length);
}

/** Finds what is wrong with the syntax of JSON; undefined if nothing is. */
function syntaxFault(text: string, env: Environment): Fault | undefined {
  const { fault } = readJson(text);
  const offset = text.search(/\S/);
  if (!fault) {
    const isObject = text[offset] === "{" || text.startsWith("null", offset);
    const message = "the configuration must be an object, between { and }";
    return isObject ? undefined : { offset, length: 1, message };
  }
  const start = Math.max(0, fault.offset - 1);
  if (env["FC_ENABLE"] || !text.slice(start, start + 3).includes("{{")) {
    return fault;
  }
  const message =
    "this is a template, and FC_ENABLE is not set: set FC_ENABLE=1 to have KrakenD compile it";
  return { ...fault, message };
}

/** Finds the place that a complaint is about. */
async function placeOf(
  complaint: Complaint,
  { text, format }: Source,
  config: unknown,
): Promise<Fault | undefined> {
  const { key, endpoint, value, line, column } = complaint;
  const { message = complaint.text } = complaint;
  if (value !== undefined) {
    const offset = text.indexOf(JSON.stringify(value).slice(1, -1));
    return offset < 0 ? undefined : { offset, length: value.length, message };
  }
  const path = key ? pathOf(key, config) : pathOfEndpoint(endpoint, config);
  const found = format === "json"
    ? path.length > 0 && readJson(text, path).found
    : findKey(text, format, path, config);
  if (found) return { ...found, message };
  if (key === "version") {
    return { offset: Math.max(0, text.search(/\S/)), length: 1, message };
  }
  const fault = format === "yaml" ? await findYamlFault(text) : undefined;
  if (fault) {
    const offset = offsetOf(text, fault.line, fault.column);
    return { offset, length: 1, message: mask(fault.message) };
  }
  if (line === undefined) return undefined;
  const start = offsetOf(text, line, 1);
  const end = offsetOf(text, line, Infinity);
  const indent = Math.max(0, text.slice(start, end).search(/\t|\S/));
  const offset = column ? offsetOf(text, line, column) : start + indent;
  return { offset, length: 1, message };
}

/** Returns the way to a key as Go writes it, such as `endpoints[0].timeout`, with the names as they are written; an empty one if there is none. */
function pathOf(key: string, config: unknown): Path {
  const path: (string | number)[] = [];
  let value = config;
  for (const [step] of key.matchAll(/[^.[\]]+/g)) {
    if (typeof value !== "object" || value === null) return path;
    if (Array.isArray(value)) {
      path.push(Number(step));
      value = value[Number(step)];
      continue;
    }
    const names = Object.keys(value);
    const name = names.find((it) => it === step) ??
      names.find((it) => it.toLowerCase() === step.toLowerCase());
    // KrakenD takes one object for a list of one.
    if (name === undefined && /^\d+$/.test(step)) continue;
    if (name === undefined) return [];
    path.push(name);
    value = (value as Record<string, unknown>)[name];
  }
  return path;
}

/** Returns the way to an endpoint as KrakenD names it. */
function pathOfEndpoint(endpoint: string | undefined, config: unknown): Path {
  const index = listOf(membersOf(config)["endpoints"]).map(membersOf)
    .findIndex(({ method, endpoint: path }) =>
      `${method || "GET"} /${path}`.replace(/\/+/, "/")
        .replaceAll(/\{([\w.:/-]+)\}/g, ":$1") === endpoint
    );
  return index < 0 ? [] : pathOf(`endpoints[${index}].endpoint`, config);
}

/**
 * Finds a key in YAML or TOML, whose parsers keep no places: if the text has a
 * name as often as the configuration, they come in the same order.
 */
function findKey(text: string, format: Format, path: Path, config: unknown) {
  const end = path.findLastIndex((step) => typeof step === "string") + 1;
  const name = `${path[end - 1] ?? ""}`;
  if (!name) return undefined;
  const keys = [...keysNamed(name, config, path.slice(0, end))];
  const [before, after] = format === "yaml"
    ? [String.raw`[\s{,]`, String.raw`:(?:\s|$)`]
    : [String.raw`[\s{,.]`, "="];
  const pattern = new RegExp(
    String.raw`(?<=^|${before})["']?${
      name.replaceAll(/\W/g, "\\$&")
    }["']?(?=\s*${after})`,
    "gm",
  );
  const withoutComments = text.replaceAll(
    /^[ \t]*#.*/gm,
    (it) => " ".repeat(it.length),
  );
  const places = [...withoutComments.matchAll(pattern)];
  const found = places[keys.indexOf(true)];
  return found && places.length === keys.length
    ? { offset: found.index, length: found[0].length }
    : undefined;
}

/** Yields for each key of a name whether it is that at the end of the path. */
function* keysNamed(
  name: string,
  value: unknown,
  path: Path | undefined,
): Iterable<boolean> {
  if (typeof value !== "object" || value === null) return;
  const [step, ...rest] = path ?? [];
  for (const [key, inner] of Object.entries(value)) {
    const isOnPath = step !== undefined && key === `${step}`;
    if (key === name && !Array.isArray(value)) {
      yield isOnPath && rest.length === 0;
    }
    yield* keysNamed(name, inner, isOnPath ? rest : undefined);
  }
}
