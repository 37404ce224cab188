/**
 * Why KrakenD refuses a configuration, and where.
 *
 * @module
 */

import { basename, join } from "@std/path/posix";
import type { Environment } from "../cli/options.ts";
import { redactName, redactValue, visible, withoutColors } from "../redact.ts";
import {
  decode,
  type Format,
  formatOf,
  listOf,
  membersOf,
  parseConfig,
  valuesIn,
  variablesIn,
} from "./config.ts";
import {
  type Explanation,
  type Fault,
  offsetOf,
  show,
  type Source,
} from "./frame.ts";
import {
  type Files,
  flexibleInputs,
  pathsIn,
  templateAt,
  templatesOf,
} from "./inputs.ts";
import {
  findDuplicates,
  findFault,
  MISSING_VALUE,
  NO_VALUE,
} from "./syntax.ts";

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
  const known = template ?? await explainSettings(output, subject);
  const { content, format, isCompiled, env } = subject;
  const source = sourceOf(subject);
  const parsed = await parseConfig(content, format);
  const config = parsed.kind === "config" ? parsed.config : undefined;
  const complaint = readComplaint(output, subject, config);
  const words = complaint && `krakend: ${complaint.text}`;
  // JSON with braces of its own is read as it stands, and refused for another reason.
  if (template && config && words) {
    return { ...template, reason: `${template.reason}\n${words}` };
  }
  if (known) return known;
  const key = complaint && keyIn(complaint.line);
  const variable = complaint && overriding(complaint.line, key, env);
  if (variable) {
    const { name, path } = variable;
    const remedy = env[name]?.startsWith("tcp://")
      ? " (Kubernetes sets it for a Service named krakend: rename that, or set enableServiceLinks: false)"
      : "";
    const sentence = visible(
      `the environment variable ${name} overrides "${path}": unset or change it${remedy}`,
    );
    return { reason: `${sentence}\n${words}` };
  }
  const fault = await findFault(content, format) ??
    (complaint && placeOf(complaint, source.text, config));
  if (!fault) {
    return { reason: words ?? "krakend check failed and printed nothing" };
  }
  const mark = isCompiled ? NO_VALUE : env["FC_ENABLE"] ? undefined : "{{";
  const offset = mark &&
    markAt(mark, fault, source.text, complaint?.line ?? "", format);
  if (mark && offset !== undefined && !isCompiled) {
    return show(source, { offset, length: mark.length, message: TEMPLATED });
  }
  const cause = mark && offset !== undefined
    ? { offset, length: mark.length, message: MISSING_VALUE }
    : isCompiled && isInOtherFormat(subject, source.text)
    ? { ...fault, message: OTHER_FORMAT }
    : fault;
  const shown = key && isCompiled
    ? showInTemplate(key, cause, source, config, subject)
    : show(source, cause);
  return !complaint || complaint.text.replace(PLACE, "") === cause.message
    ? shown
    : { ...shown, reason: `${shown.reason}\n${words}` };
}

const TEMPLATED =
  "this is a template, and FC_ENABLE is not set: set FC_ENABLE=1 to have KrakenD compile it";

const OTHER_FORMAT =
  "KrakenD reads what it compiles as JSON: set FC_OUT to a file with the extension of the template, such as out.yaml";

/** Whether what was compiled is of the template's format, and read in another one. */
function isInOtherFormat({ file, format }: Subject, text: string): boolean {
  return format === "json" && formatOf(file) !== "json" &&
    /^\s*[^\s{]/.test(text);
}

/** Finds what a template has in place of a value, if a fault comes from it. */
function markAt(
  mark: string,
  { offset, length }: Fault,
  text: string,
  line: string,
  format: Format,
): number | undefined {
  const end = offset + length;
  // A parser stops at one of two braces, or behind them.
  const near = text.indexOf(mark, Math.max(0, offset - 1));
  if (near >= 0 && near <= end) return near;
  // YAML and TOML take the first one for something else.
  const first = text.indexOf(mark);
  const before = text.slice(Math.max(0, first - 100), first);
  const isValue = /(?:^|[\n:=])[ \t-]*$/.test(before);
  if (format !== "json" && isValue && 0 <= first && first < offset) {
    return first;
  }
  const [, field] = /param '([.$][^']*)'/.exec(line) ?? [];
  const inPath = field === undefined ? -1 : text.indexOf(mark + field);
  if (inPath >= 0) return inPath;
  if (keyIn(line) === undefined) return undefined;
  // The value of the key.
  const [value = ""] = /^\s*[:=]\s*["']?[^"'\n]*/
    .exec(text.slice(end, end + LONGEST_LINE)) ?? [];
  const inValue = value.indexOf(mark);
  return inValue < 0 ? undefined : end + inValue;
}

/** Finds names that stand twice in an object of JSON, of which the last one counts. */
export async function explainDuplicates(
  subject: Subject,
): Promise<Explanation[]> {
  if (subject.format !== "json") return [];
  const source = sourceOf(subject);
  const duplicates = await findDuplicates(source.text);
  return duplicates.map((fault) => show(source, fault));
}

function sourceOf({ file, content, format, isCompiled }: Subject): Source {
  return { file, text: decode(content, format), isCompiled };
}

/** So much of an output is read at its beginning, and at its end, in UTF-16 code units. */
const MOST_OUTPUT = 32 * 1024;
/** So much of a complaint is shown, in UTF-16 code units, and in lines. */
const LONGEST_LINE = 500;
const MOST_LINES = 10;

/** Returns an output without colours, and so short that patterns may read it. */
export function bounded(output: string): string {
  const text = output.length <= 2 * MOST_OUTPUT
    ? output
    : `${output.slice(0, MOST_OUTPUT)}\n${output.slice(-MOST_OUTPUT)}`;
  return withoutColors(text);
}

/** What KrakenD says of a configuration that it refuses. */
interface Complaint {
  /** Its sentences, one a line, with `…` for values. */
  readonly text: string;
  /** That of them which names a key, or else the first, as it was printed: it must not be shown. */
  readonly line: string;
  /** The same as it can be shown, without the place that it names. */
  readonly message: string;
}

/** A key at the beginning of a complaint, as Go writes it (mapstructure 1 and 2). */
const KEY =
  /^(?:\* )?(?:error decoding |cannot parse )?'(?<key>[\w.[\]/-]{1,300})'/;
/** How go-yaml and go-toml begin. */
const PLACE = /^(?:\((\d+), (\d+)\): |(?:yaml: )?line (\d+): |yaml: )/;

/** Reads the complaint in the output of `krakend check`; undefined if there is none. */
export function readComplaint(
  output: string,
  subject: Pick<Subject, "file" | "copies">,
  config: unknown,
): Complaint | undefined {
  const named = withoutCopies(bounded(output), subject);
  const text = named.slice(Math.max(0, named.lastIndexOf("ERROR ")))
    .replace(/^ERROR (?:\w+ the configuration file:\s*)?/, "").trim()
    .replace(`'${subject.file}': `, "");
  const all = text.split("\n").map((it) => it.trim())
    .filter((it) => it && !it.startsWith("Parsing configuration file: "));
  // What ends with a colon stands above complaints, or is about one.
  const sentences = all.filter((it) => !it.endsWith(":"));
  const lines = (sentences.length > 0 ? sentences : all).slice(0, MOST_LINES);
  const line = lines.find((it) => KEY.test(it)) ?? lines[0];
  if (line === undefined) return undefined;
  const isKnown = KNOWN.test(text);
  const shown = (line: string) => redactWords(line, isKnown, config);
  return {
    text: lines.map(shown).join("\n"),
    line,
    message: shown(line).replace(PLACE, ""),
  };
}

/** Returns all that a check has printed that refuses a configuration, without values that may be secret. */
export function redactOutput(
  output: string,
  subject: Pick<Subject, "file" | "copies">,
  config: unknown,
): string {
  const named = withoutCopies(bounded(output), subject);
  return named.split("\n").map((line) => {
    const [lead = ""] = /^ERROR [\w ]+:\s*(?:'[^']*': )?/.exec(line) ?? [];
    const words = line.slice(lead.length);
    return visible(lead) + redactWords(words, KNOWN.test(words), config);
  }).join("\n");
}

/** Returns an output with the name that the user knows in place of those of copies, and without values of several lines. */
function withoutCopies(
  output: string,
  { file, copies }: Pick<Subject, "file" | "copies">,
): string {
  // The name of one copy may be the beginning of another's.
  return copies.toSorted((a, b) => b.length - a.length)
    .reduce((it, copy) => it.replaceAll(copy, () => file), output)
    // A value ends where the next complaint begins.
    .replaceAll(/, value: '[^]*?(?=\n[ \t]*(?:\* )?'|$)/g, ", value: …");
}

function redactWords(line: string, isKnown: boolean, config: unknown): string {
  const masked = mask(line.slice(0, LONGEST_LINE));
  const shown = isKnown ? masked : withoutValues(masked, config);
  // A key may be a secret by its name; of a file, that is no reason to hide it.
  const isOfFile = /\b(?:open|read) /.test(line);
  return visible(
    isOfFile ? shown : shown.replaceAll(/[\w-]{12,}/g, redactName),
  );
}

/** Complaints of which all is known but the values that they quote. */
const KNOWN =
  /^(?:decoding failed|\d+ error\(s\) decoding|unsupported version|invalid character|unexpected end of JSON|json: |yaml: |\(\d+, \d+\): |invalid ip address|host .* not valid|ignoring the |undefined output param|input and output params|handlers are already registered|'[^']*' in new path |can not use NoOp|loading flexible-config|open |read )/;
/** Values that KrakenD does not quote. */
const BARE: readonly RegExp[] = [
  /(?<=^host ).*(?= not valid)/,
  /(?<=^invalid ip address |error calling fail: |invalid map key: |invalid unicode escape: ).*/,
  /(?<=cannot unmarshal (?:number |!))(?!into |!)\S+/,
  // A struct of Go's.
  /\(?&[\w.]+\{.*/,
];
/** An endpoint that stands without quotes. */
const CALL =
  /(?<=^[^:]*! endpoint: |^[^:]*match\. endpoint: )(\S*) (.*?)(?=, backend: \d)/;
/** A part in quotes, closed or not; no apostrophe. */
const QUOTED = /(?<!\w)'(?:[^'\\]|\\.)*'?|"(?:[^"\\]|\\.)*"?|`[^`]*`?/g;
/** Stands before a name of a type, a key, a parameter, a variable or a template. */
const BEFORE_NAME = /\b(?:type|as|key|param|variable|template) $/;
const NAME = /^[\w.*[\]{} /$-]{1,300}$/;
/** A complaint of the router's about its wildcards. */
const CONFLICT = /' in new path '.*' conflicts with /;
/** A type of Go, what stands for a value that is missing, or one character, written plainly or as an escape, or some punctuation. */
const HARMLESS =
  /^(?:string|slice|map|u?int\d*|float\d+|bool|struct|ptr|<no(?: value>)?|.|\\.|\\[xu][\da-f]{2,4}|\W{0,3})$/u;

/** Returns a line of KrakenD's with `…` for the values that it quotes. */
function mask(line: string): string {
  const text = BARE.reduce((it, pattern) => it.replace(pattern, "…"), line)
    .replace(
      CALL,
      (_, method, path) =>
        `${redactValue("method", method)} ${redactValue("endpoint", path)}`,
    );
  const keyEnd = KEY.exec(text)?.[0].length ?? 0;
  return text.replaceAll(QUOTED, (quoted, at: number) => {
    const inner = quoted.slice(1).replace(/['"`]$/, "");
    const before = text.slice(Math.max(0, at - 20), at);
    const isShown = at < keyEnd || HARMLESS.test(inner) ||
      CONFLICT.test(text) && /^[:*]\w{1,60}$/.test(inner) ||
      BEFORE_NAME.test(before) && NAME.test(inner) ||
      /\bfunction $/.test(before) && /^[a-z]\w{0,29}$/i.test(inner);
    if (isShown) return quoted;
    const [, method = "", path] = /^([A-Z]* ?)(\/\S*)$/.exec(inner) ?? [];
    const shown = path ? method + redactValue("endpoint", path) : "…";
    return quoted.charAt(0) + shown + quoted.charAt(0);
  });
}

/** Hides all values of a configuration in a line, but short ones, which may be a part of any word. */
function withoutValues(line: string, config: unknown): string {
  let shown = line;
  for (const [, value] of valuesIn(config)) {
    const text = typeof value === "object" ? "" : `${value}`;
    if (text.length > 3) shown = shown.replaceAll(text, "…");
  }
  return shown;
}

/** Returns the path of the key that a complaint is about. */
function keyIn(line: string): string | undefined {
  if (line.startsWith("unsupported version")) return "version";
  if (line.startsWith("invalid ip address")) return "listen_ip";
  const key = KEY.exec(line)?.groups?.["key"];
  return key && normal(key).replace(/(?:\[\d+\])+$/, "");
}

/** Finds the variable that overrides the key that a complaint is about, or the default that it comes from. */
function overriding(line: string, key: string | undefined, env: Environment) {
  const common = line.startsWith("host ")
    ? "host"
    : line.startsWith("can not use NoOp")
    ? "output_encoding"
    : "";
  const overridden = `${key ?? common}.`.replaceAll("[", ".");
  return variablesIn(env).findLast(({ name, path }) =>
    (overridden.startsWith(`${path}.`) || `${path}.`.startsWith(overridden)) &&
    // A backend or an endpoint may have its own.
    (key !== undefined || env[name] === "no-op" ||
      line.startsWith(`host ${env[name]} `))
  );
}

/** Returns a path so that it can be compared: names are taken in any case, and one value for a list of one. */
function normal(path: string): string {
  return path.toLowerCase().replaceAll("[0]", "");
}

/** Returns the last name of a path. */
function nameOf(path: string): string {
  return path.slice(path.lastIndexOf(".") + 1);
}

/** Finds the place that a complaint is about; undefined if it is not certain. */
function placeOf(
  { line, message }: Complaint,
  text: string,
  config: unknown,
): Fault | undefined {
  const at = (offset: number) => ({ offset, length: 1, message });
  const key = keyIn(line);
  const span = key === undefined
    ? spanOfValue(line, text) ?? spanOfEndpoint(line, config, text)
    : findKey(key, config, text);
  if (span) return { ...span, message };
  if (key === "version") return at(Math.max(0, text.search(/\S/)));
  // YAML takes `{{` for a map in a map.
  const brace = text.indexOf("{{");
  if (brace >= 0 && line.startsWith("yaml: invalid map key")) return at(brace);
  const [, tomlLine, tomlColumn, yamlLine] = (PLACE.exec(line) ?? []).map(
    Number,
  );
  if (tomlLine && tomlColumn) return at(offsetOf(text, tomlLine, tomlColumn));
  if (!yamlLine) return undefined;
  const start = offsetOf(text, yamlLine, 1);
  const [indent = ""] =
    /^[ \t]*/.exec(text.slice(start, start + LONGEST_LINE)) ?? [];
  const tab = indent.indexOf("\t");
  return tab < 0 ? at(start + indent.length) : {
    ...at(start + tab),
    message: `${message} (a tab: indent with spaces)`,
  };
}

/** A part of a text. */
type Span = Pick<Fault, "offset" | "length">;

/** How lura names an endpoint. */
const ENDPOINT =
  /(?:(?:ignoring the '|endpoint: )(?<method>[A-Z]*) |in new path ')(?<path>\/[^\s,']*)/;

/** How go-yaml names a value that is not as its tag says. */
const YAML_VALUE = /(?<=^yaml: cannot decode \S+ `)[^`]+|(?<=^yaml: )!!binary/;

/** Finds the host, the path of an endpoint or the value that a complaint is about. */
function spanOfValue(line: string, text: string): Span | undefined {
  const { host } = /^host (?<host>.*) not valid/.exec(line)?.groups ?? {};
  const { path } = ENDPOINT.exec(line)?.groups ?? {};
  const [tagged] = YAML_VALUE.exec(line) ?? [];
  const value = host ?? tagged ?? path?.replaceAll(/:(\w+)/g, "{$1}");
  if (!value) return undefined;
  // A path may be that of a backend, too.
  const before = value === host || value === tagged
    ? `["'\\s]`
    : `[Ee]ndpoint["']?\\s{0,9}[:=]\\s{0,9}["']?`;
  const pattern = `(?<=${before})${RegExp.escape(value)}(?=["'\\s,]|$)`;
  const [first, second] = text.matchAll(new RegExp(pattern, "gm"));
  // A template may have a host in many places.
  const isCertain = !second || /\{\{|<no value>/.test(value);
  return first && isCertain
    ? { offset: first.index, length: value.length }
    : undefined;
}

/** Finds the endpoint that a complaint is about, though its path stands elsewhere, too. */
function spanOfEndpoint(
  line: string,
  config: unknown,
  text: string,
): Span | undefined {
  // Of one that has none, it is GET, or is not said.
  const { method, path } = ENDPOINT.exec(line)?.groups ?? {};
  const isNoOp = line.startsWith("can not use NoOp");
  if (path === undefined && !isNoOp) return undefined;
  const { endpoints, output_encoding: common } = membersOf(config);
  const [first, second] = listOf(endpoints).map(membersOf).entries()
    .filter(([, it]) =>
      isNoOp
        ? (it["output_encoding"] ?? common) === "no-op" &&
          listOf(it["backend"]).length > 1
        : `/${it["endpoint"] ?? ""}`.replace("//", "/")
              .replaceAll(/\{([\w.-]+)\}/g, ":$1") === path &&
          (method === undefined ||
            `${it["method"] || method && "GET"}`.toUpperCase() === method)
    );
  if (!first || second) return undefined;
  const key = normal(`endpoints[${first[0]}].endpoint`);
  return findKey(key, config, text) ?? findKey("endpoints", config, text);
}

/**
 * Finds a key by its path. Parsers keep no places, but if a text has a name as
 * often as the configuration that was read from it, they come in the same
 * order.
 */
function findKey(key: string, config: unknown, text: string): Span | undefined {
  const places = placesOf(nameOf(key), text);
  const paths = [...valuesIn(config)].filter(([it]) => !it.endsWith("]"))
    .map(([it]) => normal(it)).filter((it) => nameOf(it) === nameOf(key));
  return places.length === paths.length
    ? places[paths.indexOf(key)]
    : undefined;
}

/** Returns all places of a name before a value, in any case, in order. */
function placesOf(name: string, text: string): Span[] {
  const withoutComments = text
    .replaceAll(/^[ \t]*#.*/gm, (it) => " ".repeat(it.length));
  const pattern = `(?<=^|[\\s{,.])["']?${RegExp.escape(name)}["']?(?=\\s*[:=])`;
  return [...withoutComments.matchAll(new RegExp(pattern, "gim"))]
    .map(({ 0: { length }, index: offset }) => ({ offset, length }));
}

/** How krakend-flexibleconfig begins the line that it logs before it reads a template as it stands. */
const TEMPLATE =
  /(?:Unable to parse configuration file|Error parsing sub-templates|Found error while executing template): template: (?<name>[^:\n]+):(?<line>\d+)(?::(?<column>\d+))?: (?<words>.*)/;

/** The same for a template that cannot be read. */
const UNREADABLE =
  /Error parsing sub-templates: (?:open|read) (?<path>.*): [\w ]+$/m;

/**
 * Explains a fault of a template; undefined if there is none. A check can pass
 * in spite of it: KrakenD then reads the file as it stands.
 */
export function explainTemplate(
  output: string,
  { file, copies, env, files }: Subject,
): Explanation | undefined {
  if (!env["FC_ENABLE"]) return undefined;
  const text = bounded(output);
  const { name = "", line, column, words = "" } = TEMPLATE.exec(text)?.groups ??
    {};
  const consequence = /^Syntax OK!/m.test(text)
    ? "; KrakenD reads the file as it stands"
    : "";
  if (line === undefined) {
    const { path } = UNREADABLE.exec(text)?.groups ?? {};
    return path === undefined ? undefined : {
      reason: unreadable(path, "every *.tmpl in FC_TEMPLATES") + consequence,
    };
  }
  const isMain = [file, ...copies].some((it) => basename(it) === name);
  const path = isMain ? file : join(env["FC_TEMPLATES"] ?? "", name);
  const source = templateAt(path, files);
  const start = offsetOf(source.text, Number(line), 1);
  // text/template counts bytes, from 0.
  const before = new TextEncoder().encode(source.text.slice(start))
    .subarray(0, Number(column ?? 0));
  const offset = start + decode(before, "json").length;
  // The template's own text stands between "<" and ">".
  const reason = redactWords(
    words.slice(0, 1_000).replace(/^executing ".*?" at <.*?>: /, "").trim(),
    true,
    undefined,
  );
  const message = reason + consequence;
  return show(source, { offset, length: 1, message });
}

/** Returns a sentence about a file that flexible configuration fails over. */
function unreadable(file: string, which: string): string {
  const lock = basename(file).startsWith(".#")
    ? ": it is a lock of Emacs, which goes when the file beside it is saved"
    : "";
  return visible(
    `${file} cannot be read, as KrakenD does with ${which}${lock}`,
  );
}

const SETTINGS = "every *.json in FC_SETTINGS";

/** Returns why a check did not come to its end, with a pipe in FC_SETTINGS that KrakenD may wait for. */
export function explainImpossible(
  reason: string,
  env: Environment,
  files: Files,
): string {
  const file = reason.includes(" took longer ") &&
    pathsIn(env["FC_SETTINGS"], ".json", files).find((it) => !files.read(it));
  return file ? `${reason}: ${unreadable(file, SETTINGS)}` : reason;
}

/** Explains a fault of FC_SETTINGS or a file in it; undefined if there is none. */
async function explainSettings(
  output: string,
  subject: Subject,
): Promise<Explanation | undefined> {
  if (!output.includes("loading flexible-config settings:")) return undefined;
  const { env, files } = subject;
  for (const file of pathsIn(env["FC_SETTINGS"], ".json", files)) {
    const content = files.read(file);
    if (!content) return { reason: unreadable(file, SETTINGS) };
    const fault = await findFault(content, "json");
    if (fault) return show(templateAt(file, files), fault);
  }
  const { text = "" } = readComplaint(output, subject, undefined) ?? {};
  return { reason: `krakend: ${text}` };
}

/** Shows a fault of a key of what was compiled in the template that it comes from, if that is certain. */
function showInTemplate(
  key: string,
  fault: Fault,
  source: Source,
  config: unknown,
  { file, env, files }: Subject,
): Explanation {
  // What has no folder is a file that a template includes.
  const partials = flexibleInputs(file, env, files).filter((it) => !it.folder)
    .map(({ path }) => templateAt(path, files));
  const templates = [...templatesOf(file, env, files), ...partials]
    .map((it) => ({ ...it, places: placesOf(nameOf(key), it.text) }))
    .filter(({ places }) => places.length > 0);
  const [template] = templates;
  if (!template || templates.length > 1) return show(source, fault);
  const { text, places } = template;
  // One place may have made all, in a loop.
  const span = places.length === 1 ? places[0] : findKey(key, config, text);
  return span ? show(template, { ...fault, ...span }) : show(source, fault);
}
