/**
 * The text of `--help` and `--version`.
 *
 * @module
 */

import manifest from "../deno.json" with { type: "json" };
import { BUILD } from "./build.ts";
import {
  environmentTwin,
  OPTION_GROUPS,
  OPTIONS,
  type OptionSpec,
} from "./option_table.ts";

/** The version of krakend-watch. */
export const VERSION: string = manifest.version;

/** The text of `--version`. */
export function versionText(): string {
  const { deno } = Deno.version;
  const { target } = Deno.build;
  return `krakend-watch ${VERSION} (${target}, ${BUILD.runtime}, deno ${deno})`;
}

/** The text of `--help`. */
export function helpText(): string {
  const groups = OPTION_GROUPS.map(({ title, options }) =>
    [`${title}:`, ...options.map(row)].join("\n")
  );
  return `Runs a KrakenD gateway, and replaces it when its configuration changes.

Usage:
  krakend-watch [OPTIONS]                 krakend run -c \${KRAKEND_CONFIG:-krakend.json} -d
  krakend-watch [OPTIONS] run -c FILE ... krakend run with these arguments, restarted on change
  krakend-watch [OPTIONS] COMMAND ...     any other krakend command, once

Options come before the command.

${groups.join("\n\n")}

A DURATION is written 250ms, 10s or 1m30s; a bare number means milliseconds.
What GLOB and REGEX match is a path in the working folder, such as conf/a.tmpl;
all of them must agree, and each may be given more than once.
Every option can be given as an environment variable too, such as
${environmentTwin("shutdown-timeout")}=30s; the command line wins.

Exit codes: 0 asked to stop; 2 usage, or no configuration file to watch;
126 krakend cannot be run; 127 there is no krakend; for a krakend command that
runs once its own, or 128+n if signal n ended it.`;
}

const WIDTH = Math.max(...OPTIONS.map((spec) => nameOf(spec).length));

function row(spec: OptionSpec): string {
  const { help, default: value } = spec;
  const text = value === undefined ? help : `${help} (default ${value})`;
  return `  ${nameOf(spec).padEnd(WIDTH)}  ${text}`;
}

function nameOf({ name, short, value, implied }: OptionSpec): string {
  const dash = short ? `-${short}, ` : "    ";
  const takes = implied ? `[=${value}]` : value ? ` ${value}` : "";
  return `${dash}--${name}${takes}`;
}
