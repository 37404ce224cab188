/**
 * Explains why `krakend check` refuses a configuration: by the line at fault,
 * which KrakenD does not tell.
 *
 * @module
 */

import { basename, join, resolve } from "@std/path";
import type { Place } from "../place.ts";
import { withoutSecrets } from "../secrets.ts";
import { formatOf } from "./config.ts";
import type { Fault } from "./fault.ts";
import { findFaults } from "./find_faults.ts";
import { frame, placeOf } from "./frame.ts";
import { readTemplateFault, type TemplateFault } from "./template_fault.ts";
import { offsetOf } from "./yaml_toml_fault.ts";

/** What was checked. */
export interface Checked {
  /** The configuration file, as the user wrote it. */
  readonly configFile: string;
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
  /** What flexible configuration has made of it. */
  readonly compiledFile: string;
}

/** A fault, ready to be shown. */
export interface Explanation {
  /** Several lines: the first one names the place and the fault. */
  readonly text: string;
  readonly place: Place;
}

/**
 * Finds the line at fault.
 *
 * @param output All that `krakend check` has printed.
 * @returns Undefined if only KrakenD knows what is wrong.
 */
export async function explain(
  output: string,
  checked: Checked,
): Promise<Explanation | undefined> {
  const { configFile, compiledFile, env } = checked;
  const isFlexible = Boolean(env["FC_ENABLE"]);
  const cause = isFlexible ? readTemplateFault(output) : undefined;
  if (cause) return await explainCause(cause, checked);
  const source = isFlexible
    ? { path: compiledFile, name: `${configFile} (compiled)` }
    : { path: configFile, name: configFile };
  return await explainFile(source.path, source.name, checked);
}

/** Finds what is wrong with the syntax of a file; undefined if nothing is. */
async function explainFile(
  path: string,
  name: string,
  { cwd }: Checked,
): Promise<Explanation | undefined> {
  const bytes = await read(resolve(cwd, path));
  if (!bytes) return undefined;
  const fault = findFaults(bytes, formatOf(path))
    .find(({ isWarning }) => !isWarning);
  return fault && show(new TextDecoder().decode(bytes), fault, name);
}

/** The most warnings about one file. */
const MOST_WARNINGS = 3;

/** Finds what a parser lets pass although nobody can have meant it, such as a name that stands twice. */
export async function findWarnings(checked: Checked): Promise<string[]> {
  const { configFile, compiledFile, env } = checked;
  const path = env["FC_ENABLE"] ? compiledFile : configFile;
  const name = env["FC_ENABLE"] ? `${configFile} (compiled)` : configFile;
  const bytes = await read(resolve(checked.cwd, path));
  if (!bytes) return [];
  const text = new TextDecoder().decode(bytes);
  return findFaults(bytes, formatOf(path))
    .filter(({ isWarning }) => isWarning)
    .slice(0, MOST_WARNINGS)
    .map((fault) => frame(text, fault, name));
}

async function explainCause(
  cause: TemplateFault,
  checked: Checked,
): Promise<Explanation | undefined> {
  const { configFile, cwd, env } = checked;
  if (cause.kind === "settings") {
    const path = locate(cause.name, env["FC_SETTINGS"]);
    return await explainFile(path, path, checked);
  }
  const path = cause.name === basename(configFile)
    ? configFile
    : locate(cause.name, env["FC_TEMPLATES"]);
  const bytes = await read(resolve(cwd, path));
  if (!bytes) return undefined;
  const text = new TextDecoder().decode(bytes);
  const offset = offsetOf(text, cause.line, Math.max(1, cause.column));
  const message = withoutSecrets(cause.message);
  return show(text, { offset, length: 1, message }, path);
}

function locate(name: string, folder = "."): string {
  // The folder itself may be what cannot be read.
  return name === folder ? name : join(folder, name);
}

function show(text: string, fault: Fault, file: string): Explanation {
  return {
    text: frame(text, fault, file),
    place: placeOf(text, fault.offset, file),
  };
}

async function read(path: string): Promise<Uint8Array | undefined> {
  try {
    return await Deno.readFile(path);
  } catch {
    return undefined;
  }
}
