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
import { type Files, templateAt, templatesOf } from "./inputs.ts";
import { readJson } from "./json.ts";
import { findKey, keyOfEndpoint, placesOf } from "./keys.ts";
import { findFault } from "./syntax.ts";
import { findYamlFault } from "./yaml_toml.ts";

export type { Explanation, Place } from "./frame.ts";

/** A configuration that KrakenD was given. */
export interface Subject {
  /** The configuration file, as the user wrote it. */
  readonly file: string;
  /** The text that KrakenD parsed: the file, or what flexible configuration made of it. */
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
  const template = explainTemplate(output, subject);
  if (template) return template;
  const { content, format, copies, env } = subject;
  const source = sourceOf(subject);
  const parsed = await parseConfig(content, format);
  const config = parsed.kind === "config" ? parsed.config : undefined;
  // The name of one copy may be the beginning of another's.
  const renamed = copies.toSorted((a, b) => b.length - a.length)
    .reduce(
      (it, copy) => it.replaceAll(copy, () => source.file),
      bounded(output),
    );
  const complaint = readComplaint(renamed, source.file, config);
  const variable = complaint?.key &&
    overriddenBy(complaint.key.replace(/[.[].*/, ""), env);
  if (complaint && variable) return explainVariable(variable, complaint, env);

  const words = complaint && `krakend: ${complaint.text}`;
  const fault = findFault(content, format) ??
    (complaint && await placeOf(complaint, source, config));
  const brace = env["FC_ENABLE"] ? -1 : templateIn(source, fault);
  if (brace >= 0) {
    const message =
      "this is a template, and FC_ENABLE is not set: set FC_ENABLE=1 to have KrakenD compile it";
    return show(source, { offset: brace, length: 2, message });
  }
  if (!fault) {
    return { reason: words ?? "krakend check failed and printed nothing" };
  }
  const shown = complaint?.key && subject.isCompiled
    ? showInTemplate(fault, source, subject)
    : show(source, fault);
  return !complaint || complaint.text.includes(fault.message)
    ? shown
    : { ...shown, reason: `${shown.reason}\n${words}` };
}

function sourceOf({ file, content, format, isCompiled }: Subject): Source {
  const name = isCompiled ? `${file} (compiled)` : file;
  return { file: name, text: decode(content, format), format };
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
  /(?:Unable to parse configuration file|Error parsing sub-templates|Found error while executing template): template: (?<name>[^:\n]+):(?<line>\d+)(?::(?<column>\d+))?: (?<words>.*)/;
/** How it begins the list of the files of FC_SETTINGS that it cannot read, in any order. */
const SETTINGS = "loading flexible-config settings:";
const SETTINGS_FILE = /^\t- [^:\n]+: .*/gm;
const SETTINGS_LINE = /^\t- (?<name>[^:]+): (?<message>.*)/;

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
  const { name = "", line, column, words = "" } = TEMPLATE.exec(text)?.groups ??
    {};
  if (!line) return undefined;
  const isMain = [file, ...copies].some((it) => basename(it) === name);
  const path = isMain ? file : join(env["FC_TEMPLATES"] ?? "", name);
  const source = templateAt(path, files);
  const start = offsetOf(source.text, Number(line), 1);
  const end = offsetOf(source.text, Number(line), Infinity);
  const lineText = source.text.slice(start, end);
  // text/template counts columns from 0, in bytes.
  const bytes = new TextEncoder().encode(lineText).subarray(0, Number(column));
  const before = column
    ? new TextDecoder().decode(bytes).length
    : Math.max(0, lineText.indexOf("{{"));
  // The template's own text stands between "<" and ">".
  const reason = mask(
    words.slice(0, 1_000).replace(/^executing ".*?" at <.*?>: /, "").trim(),
  );
  const message = /^Syntax OK!/m.test(text)
    ? `${reason}; KrakenD reads the file as it stands`
    : reason;
  return show(source, { offset: start + before, length: 1, message });
}

function explainSettings(
  list: string,
  { env, files }: Subject,
): Explanation {
  const [line = ""] = list.match(SETTINGS_FILE)?.sort() ?? [];
  const { name = "", message = "" } = SETTINGS_LINE.exec(line)?.groups ?? {};
  const folder = env["FC_SETTINGS"] ?? "";
  // The folder itself may be what cannot be read.
  const file = name === folder ? name : join(folder, name);
  const content = name === folder ? undefined : files.read(file);
  const fault = content && findFault(content, "json");
  if (fault) return show(templateAt(file, files), fault);
  const remedy = name.startsWith(".#")
    ? " (KrakenD reads every *.json; this one is a lock of Emacs, which goes when the buffer is saved)"
    : "";
  const words = mask(message.slice(0, 500));
  return { reason: visible(`${file}: ${words}${remedy}`) };
}

/** Finds names that stand twice in an object of JSON, of which the last one counts. */
export function explainDuplicates(subject: Subject): Explanation[] {
  const source = sourceOf(subject);
  return source.format === "json"
    ? readJson(source.text).duplicates.map((fault) => show(source, fault))
    : [];
}

/** Finds the place that a complaint is about. */
async function placeOf(
  complaint: Complaint,
  { text, format }: Source,
  config: unknown,
): Promise<Fault | undefined> {
  const { endpoint, value, line, column, message = complaint.text } = complaint;
  const at = (offset: number) => ({ offset, length: 1, message });
  if (value !== undefined) {
    const offset = text.indexOf(JSON.stringify(value).slice(1, -1));
    return offset < 0 ? undefined : at(offset);
  }
  const key = endpoint ? keyOfEndpoint(endpoint, config) : complaint.key;
  const span = key && findKey(key, config, text, format);
  if (span) return { ...span, message };
  if (key === "version") return at(Math.max(0, text.search(/\S/)));
  // Where go-yaml's scanner or parser gives up, its line is of little use.
  const fault = format === "yaml" && !complaint.isExact
    ? await findYamlFault(text)
    : undefined;
  if (fault) {
    const offset = offsetOf(text, fault.line, fault.column);
    return { ...at(offset), message: mask(fault.message) };
  }
  if (line === undefined) return undefined;
  const start = offsetOf(text, line, 1);
  if (column) return at(offsetOf(text, line, column));
  const offset = start +
    Math.max(0, text.slice(start, start + 1_000).search(/\t|\S/));
  return text[offset] === "\t"
    ? { ...at(offset), message: `${message} (a tab: indent with spaces)` }
    : at(offset);
}

/** Returns the offset of the template that a fault is about; -1 if it is about none. */
function templateIn({ text, format }: Source, fault: Fault | undefined) {
  // KrakenD names no place where YAML takes `{{` for a map in a map.
  if (!fault) return format === "yaml" ? text.indexOf("{{") : -1;
  const start = Math.max(0, fault.offset - 1);
  const index = text.slice(start, start + 3).indexOf("{{");
  return index < 0 ? -1 : start + index;
}

/** Shows a fault of what was compiled in the template that it comes from, if that is certain. */
function showInTemplate(
  fault: Fault,
  source: Source,
  { file, env, files }: Subject,
): Explanation {
  const { offset, length, message } = fault;
  const name = source.text.slice(offset + 1, offset + length - 1);
  const compiled = placesOf(name, source.text, "json");
  const [template, ...others] = templatesOf(file, env, files)
    .map((it) => ({ ...it, places: placesOf(name, it.text, "json") }))
    .filter(({ places }) => places.length > 0);
  if (!template || others.length > 0) return show(source, fault);
  const { places } = template;
  const index = places.length === 1
    ? 0
    : places.length === compiled.length
    ? compiled.findIndex((it) => it.offset === offset)
    : -1;
  const place = places[index];
  return place ? show(template, { ...place, message }) : show(source, fault);
}
