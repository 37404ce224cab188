/**
 * Makes the man page, doc/krakend-watch.1, from the tables of which the help is
 * made. See man(7) for the macros.
 *
 * @module
 */

import { HOMEPAGE } from "../package/about.ts";
import {
  describe,
  EXIT_CODES,
  FORMS,
  KEYS,
  NOTES,
  PURPOSE,
  type Row,
  SIGNALS,
  VARIABLES,
  VERSION,
  wrap,
} from "../../lib/cli/help.ts";
import {
  OPTION_GROUPS,
  type OptionSpec,
  variableOf,
} from "../../lib/cli/table.ts";

/** The day on which the words of this file were last changed. */
const DATE = "2026-11-26";

/** The most characters of a line, before some are escaped. */
const WIDTH = 64;

// deno-fmt-ignore
const EXAMPLES: readonly Row[] = [
  ["krakend-watch run -c my.json -p 8081", "krakend's own arguments"],
  ["krakend-watch -t 30s --watch /etc/ssl run -c my.json", "options of krakend-watch come first"],
  ["krakend-watch --once check -c my.json", "one check with its exit code, for CI"],
  ["krakend-watch --completions=bash > /etc/bash_completion.d/krakend-watch", "completes the options in bash"],
];

/** What becomes of SIGUSR1, for this page and doc/options.md. */
export const ABOUT_SIGUSR1 =
  "SIGUSR1 has no meaning. Deno opens its debugger on it: the files of a release block the signal, under deno run krakend-watch closes the debugger at once.";

/** Returns the text of the man page. */
export function manText(): string {
  return [
    '.\\" Made by "deno task docs".',
    `.TH KRAKEND\\-WATCH 1 ${DATE} "krakend\\-watch ${VERSION}" "User Commands"`,
    ".SH NAME",
    "krakend\\-watch \\- run a KrakenD gateway and replace it by one that works",
    ".SH SYNOPSIS",
    ".B krakend\\-watch",
    ".RI [ OPTIONS ]",
    ".RI [ COMMAND \\ ...]",
    ".SH DESCRIPTION",
    ...plain(PURPOSE),
    ...paragraph(
      "A new gateway is started beside the running one and takes over when it " +
        "listens; a configuration with which none can start changes nothing. " +
        "Where two gateways cannot share the port, krakend check comes first, " +
        "the old gateway stops before the new one starts, and comes back if " +
        "that one does not become ready.",
    ),
    ...items(FORMS),
    ...paragraph("Options come before the command."),
    ".SH OPTIONS",
    ...Object.entries(OPTION_GROUPS).flatMap(([title, options]) => [
      `.SS ${escape(title)}`,
      ...options.flatMap(optionItem),
    ]),
    ...NOTES.flatMap(paragraph),
    ".SH ENVIRONMENT",
    ...plain("Besides the variables of the options:"),
    ...items(VARIABLES),
    ".SH SIGNALS",
    ...plain("None of them is passed on to the gateway."),
    ...items(SIGNALS),
    ...paragraph(ABOUT_SIGUSR1),
    ".SH KEYS",
    ...plain(
      "On a terminal, in the foreground, each of these followed by Enter:",
    ),
    ...items(KEYS),
    ".SH EXIT STATUS",
    ...items(EXIT_CODES),
    ".SH EXAMPLES",
    ...items(EXAMPLES),
    ".SH SEE ALSO",
    HOMEPAGE,
    "",
    "https://www.krakend.io/docs/",
    "",
  ].join("\n");
}

function optionItem(spec: OptionSpec): string[] {
  const { name, short, value, implied, isQuestion } = spec;
  const kind = value && `\\fI${value}\\fR`;
  const long = bold(`--${name}`) +
    (kind ? implied ? `[=${kind}]` : ` ${kind}` : "");
  return [
    ".TP",
    short ? `${bold(`-${short}`)}, ${long}` : long,
    ...plain(describe(spec)),
    ...isQuestion ? [] : [".br", escape(variableOf(name))],
  ];
}

function items(rows: readonly Row[]): string[] {
  return rows.flatMap(([name, ...texts]) => [
    ".TP",
    bold(name),
    ...texts.flatMap(plain),
  ]);
}

function paragraph(text: string): string[] {
  return [".PP", ...plain(text)];
}

/** Returns a text as lines of roff. */
function plain(text: string): string[] {
  return wrap(text, WIDTH).map(escape);
}

function bold(text: string): string {
  return `\\fB${escape(text)}\\fR`;
}

/** Keeps roff from taking a text for its own. */
function escape(text: string): string {
  return text.replaceAll("\\", "\\e").replaceAll("-", "\\-")
    .replaceAll("'", "\\(aq").replaceAll("`", "\\(ga")
    .replaceAll("^", "\\(ha").replaceAll("~", "\\(ti").replace(/^\./, "\\&.");
}
