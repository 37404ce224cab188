/**
 * Markdown as `deno fmt` writes it, and the reference of the command line in it.
 *
 * @module
 */

import {
  EXIT_CODES,
  KEYS,
  longForm,
  NOTES,
  type Row,
  SIGNALS,
  VARIABLES,
  wrap,
} from "../../lib/cli/help.ts";
import { OPTION_GROUPS, variableOf } from "../../lib/cli/table.ts";
import { ABOUT_SIGUSR1 } from "./man.ts";

const WIDTH = 80;

/** Returns a table, its first row as the head. */
export function markdownTable(rows: readonly (readonly string[])[]): string {
  const [head = []] = rows;
  const widths = head.map((_, column) =>
    Math.max(3, ...rows.map((row) => row[column]?.length ?? 0))
  );
  const line = (cells: readonly string[]) =>
    `| ${
      widths.map((width, i) => (cells[i] ?? "").padEnd(width)).join(" | ")
    } |`;
  const rule = line(widths.map((width) => "-".repeat(width)));
  return [line(head), rule, ...rows.slice(1).map(line)].join("\n");
}

/** Returns a text, wrapped. */
export function prose(text: string): string {
  return wrap(text, WIDTH).join("\n");
}

/** Returns a word as code. */
export function code(text: string): string {
  return `\`${text}\``;
}

/** Returns the text of doc/options.md: options, variables, signals, keys and exit codes. */
export function optionsText(): string {
  const groups = Object.entries(OPTION_GROUPS).map(([title, options]) => {
    const rows = options.map((spec) => {
      const { name, short, help, default: standard, isQuestion } = spec;
      const form = short ? `-${short}, ${longForm(spec)}` : longForm(spec);
      return [
        code(form),
        help,
        standard ? code(standard) : "",
        isQuestion ? "" : code(variableOf(name)),
      ];
    });
    const head = ["option", "meaning", "default", "variable"];
    return `## ${title}\n\n${markdownTable([head, ...rows])}`;
  });
  return [
    "# Options, signals, keys and exit codes",
    "<!-- Made by `deno task docs`: edit lib/cli/table.ts and lib/cli/help.ts. -->",
    "Options come before the command: `krakend-watch [OPTIONS] [COMMAND ...]`.",
    ...NOTES.map(prose),
    ...groups,
    `## Other variables\n\n${reference("variable", VARIABLES)}`,
    `## Signals\n\n${reference("signal", SIGNALS)}`,
    prose(`None of them is passed on to the gateway. ${ABOUT_SIGUSR1}`),
    `## Keys\n\n${
      prose(
        "On a terminal, in the foreground, each of these followed by Enter:",
      )
    }\n\n${reference("key", KEYS)}`,
    `## Exit codes\n\n${reference("exit code", EXIT_CODES)}\n`,
  ].join("\n\n");
}

function reference(title: string, rows: readonly Row[]): string {
  return markdownTable([
    [title, "meaning"],
    ...rows.map(([name, text = ""]) => [code(name), text]),
  ]);
}
