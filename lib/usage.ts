/**
 * The text of `--help` and `--version`.
 *
 * @module
 */

import manifest from "../deno.json" with { type: "json" };
import { environmentTwin, OPTIONS, type OptionSpec } from "./options.ts";

/** The version of krakend-watch. */
export const VERSION: string = manifest.version;

/** The text of `--version`. */
export function versionText(): string {
  const { deno } = Deno.version;
  return `krakend-watch ${VERSION} (${Deno.build.target}, deno ${deno})`;
}

/** The text of `--help`. */
export function helpText(): string {
  const specs: readonly OptionSpec[] = OPTIONS;
  const rows = specs.map((spec) => [optionColumn(spec), helpColumn(spec)]);
  const width = Math.max(...rows.map(([left = ""]) => left.length));
  const options = rows.map(([left = "", right]) =>
    `  ${left.padEnd(width)}  ${right}`
  );
  return `Runs a KrakenD gateway, and replaces it when its configuration changes.

Usage:
  krakend-watch [OPTIONS]                 krakend run -c \${KRAKEND_CONFIG:-krakend.json} -d
  krakend-watch [OPTIONS] run -c FILE ... krakend run with these arguments, restarted on change
  krakend-watch [OPTIONS] COMMAND ...     any other krakend command, once

Options (before the command):
${options.join("\n")}

A DURATION is written 250ms, 10s or 1m30s; a bare number means milliseconds.
Every option can be given as an environment variable too, such as
${environmentTwin("shutdown-timeout")}=30s; the command line wins.

Exit codes: 0 asked to stop; 2 usage, or no configuration file to watch;
126 krakend cannot be run; 127 there is no krakend; for a krakend command that
runs once its own, or 128+n if signal n ended it.`;
}

function optionColumn({ name, short, value }: OptionSpec): string {
  const dash = short ? `-${short}, ` : "    ";
  return `${dash}--${name}${value ? ` ${value}` : ""}`;
}

function helpColumn({ help, default: value }: OptionSpec): string {
  return typeof value === "string" ? `${help} (default ${value})` : help;
}
