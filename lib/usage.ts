/**
 * The text of `--help` and `--version`.
 *
 * @module
 */

import manifest from "../deno.json" with { type: "json" };
import { environmentTwin } from "./environment_twin.ts";
import { EXIT_CODES } from "./exit_codes.ts";
import type { OptionGroup, OptionSpec } from "./option_spec.ts";
import { OPTION_GROUPS } from "./options/table.ts";
import { nameWidth, paragraph, type Row, table } from "./wrap.ts";

/** The version of krakend-watch. */
export const VERSION: string = manifest.version;

/** The text of `--version`. */
export function versionText(): string {
  const { deno } = Deno.version;
  return `krakend-watch ${VERSION} (${Deno.build.target}, deno ${deno})`;
}

/** What krakend-watch is for, in one sentence. */
export const PURPOSE =
  "Runs a KrakenD gateway, watches what its configuration is made of, and " +
  "replaces the running gateway only by one that works.";

/** What may be written, and what it does. */
export const FORMS: readonly Row[] = [
  [
    "krakend-watch",
    "krakend run -d with KRAKEND_CONFIG, or else with krakend.json",
  ],
  [
    "krakend-watch run -c FILE ...",
    "krakend run with these arguments, restarted at every change",
  ],
  [
    "krakend-watch check -c FILE ...",
    "and validate, audit, test-plugin: run again at every change",
  ],
  ["krakend-watch COMMAND ...", "any other krakend command, once"],
  [
    "krakend-watch -g GLOB -- PROGRAM ...",
    "any other program, at every change; a service with -s",
  ],
];

/** What holds for all options, one paragraph each. */
export const NOTES: readonly string[] = [
  "A DURATION is written 250ms, 10s or 1m30s; a bare number means milliseconds.",
  "What GLOB and REGEX match is a path in the working folder, such as " +
  "conf/a.tmpl; all of them must agree, and each may be given more than once.",
  "Every option has an environment variable, such as " +
  `${
    environmentTwin("shutdown-timeout")
  }=30s; of an option that may be given ` +
  "more than once, each line is a value. The command line wins, and the " +
  "gateway sees none of these variables.",
];

/** Options for {@linkcode helpText}. */
export interface HelpOptions {
  /** `short` shows what most people need. */
  readonly topic: "short" | "all";
  /** The most characters of a line. */
  readonly width: number;
}

/** The text of `--help`. */
export function helpText({ topic, width }: HelpOptions): string {
  const isAll = topic === "all";
  const groups = OPTION_GROUPS
    .map((group) => isAll ? group : commonOf(group))
    .filter(({ options }) => options.length > 0)
    .map(({ title, options }) => ({
      title,
      rows: options.map((spec) => rowOf(spec, isAll)),
    }));
  const column = nameWidth(groups.flatMap(({ rows }) => rows), width);
  const codes = EXIT_CODES.map(({ code, meaning }): Row => [code, meaning]);
  const parts = [
    paragraph(PURPOSE, width),
    paragraph("Usage: krakend-watch [OPTIONS] [COMMAND ...]", width),
    table(FORMS, width),
    "Options come before the command.",
    ...groups.map(({ title, rows }) =>
      `${paragraph(`${title}:`, width)}\n${table(rows, width, column)}`
    ),
    ...isAll ? NOTES.map((note) => paragraph(note, width)) : [],
    ...isAll ? [`Exit codes:\n${table(codes, width)}`] : [
      paragraph("krakend-watch --help=all shows all options.", width),
    ],
  ];
  return parts.join("\n\n");
}

function commonOf({ title, options }: OptionGroup): OptionGroup {
  return { title, options: options.filter(({ common }) => common) };
}

function rowOf(spec: OptionSpec, withTwin: boolean): Row {
  const { name, help, default: value, short, isQuestion } = spec;
  const text = value === undefined ? help : `${help} (default ${value})`;
  const twin = withTwin && !isQuestion ? [environmentTwin(name)] : [];
  return [`${short ? `-${short}, ` : "    "}${longForm(spec)}`, text, ...twin];
}

/** How an option is written, such as `--poll[=DURATION]`. */
export function longForm({ name, value, implied }: OptionSpec): string {
  const takes = implied ? `[=${value}]` : value ? ` ${value}` : "";
  return `--${name}${takes}`;
}
