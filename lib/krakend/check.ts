/**
 * Asks `krakend check` whether a configuration can be used.
 *
 * @module
 */

import { stripAnsiCode } from "@std/fmt/colors";
import { messageOf } from "../errors.ts";
import { compiledFileIn, readConfig } from "./config.ts";
import { explain } from "./explain.ts";
import { runCommand } from "./run_command.ts";
import { readTemplateFault } from "./template_fault.ts";
import type { Place } from "../place.ts";
import { withoutSecrets } from "../secrets.ts";
import { withTemporaryFolder } from "../system/temporary.ts";

/** What to check, and how. */
export interface CheckSpec {
  /** The krakend program. */
  readonly program: string;
  /** The configuration file, written as for `krakend run`. */
  readonly configFile: string;
  /** The gateway's working folder. */
  readonly cwd: string;
  /** The gateway's environment. */
  readonly env: Readonly<Record<string, string>>;
  /** A file of our own for what flexible configuration makes of the templates. */
  readonly compiledFile: string;
  /** When to give up, in milliseconds. */
  readonly timeoutMs: number;
}

/** What `krakend check` says. */
export type CheckOutcome =
  | { readonly ok: true }
  | {
    readonly ok: false;
    readonly message: string;
    /** Where the fault is, if that can be told. */
    readonly place?: Place;
  };

/** The most of a check's output that is kept, in characters. */
const LONGEST_MESSAGE = 4_000;

/**
 * Runs `krakend check`.
 *
 * @param signal Ends the check early; the outcome then means nothing.
 */
export async function checkConfig(
  spec: CheckSpec,
  signal: AbortSignal,
): Promise<CheckOutcome> {
  const timeout = AbortSignal.timeout(spec.timeoutMs);
  try {
    const { code, output } = await runCommand(
      { ...spec, args: ["check", "-c", spec.configFile] },
      AbortSignal.any([signal, timeout]),
    );
    const success = code === 0;
    if (timeout.aborted) {
      const message = `krakend check gave no answer in ${spec.timeoutMs} ms`;
      return { ok: false, message };
    }
    // A template that fails is read as it stands, and that may pass.
    const isFlexible = Boolean(spec.env["FC_ENABLE"]);
    const hasFault = isFlexible && readTemplateFault(output) !== undefined;
    if (success && !hasFault) return { ok: true };
    const message = readMessage(output, spec);
    const explanation = await explain(output, spec);
    if (!explanation) return { ok: false, message };
    const { text, place } = explanation;
    // What KrakenD says last after a template has failed is misleading.
    const whole = hasFault ? text : `${text}\nkrakend: ${message}`;
    return { ok: false, message: whole, place };
  } catch (error) {
    return { ok: false, message: `krakend check: ${messageOf(error)}` };
  }
}

/** How long a compilation may take that nobody checks, in milliseconds. */
const COMPILE_TIMEOUT_MS = 10_000;

/** Reads what flexible configuration makes of the templates; undefined if it makes nothing of them. */
export async function compileConfig(
  spec: Omit<CheckSpec, "compiledFile" | "timeoutMs">,
): Promise<unknown> {
  return await withTemporaryFolder(async (folder) => {
    const compiledFile = compiledFileIn(folder, spec.env);
    const args = ["check", "-c", spec.configFile];
    await runCommand(
      { ...spec, args, compiledFile },
      AbortSignal.timeout(COMPILE_TIMEOUT_MS),
    );
    return await readConfig({ ...spec, compiledFile });
  });
}

/** Takes the fault out of the output of a check, which says where it looks before it says what it finds. */
function readMessage(output: string, spec: CheckSpec): string {
  const lines = output.split("\n").map((line) => line.trim())
    .filter((line) => line && !line.startsWith("Parsing configuration file:"));
  const text = stripAnsiCode(lines.join("\n"))
    .replaceAll(spec.compiledFile, spec.configFile);
  return withoutSecrets(text).slice(0, LONGEST_MESSAGE) ||
    "krakend check failed and said nothing";
}
