/**
 * Makes the man page, doc/krakend-watch.1, from the tables that the help is
 * made from. See man(7) for the macros.
 *
 * @module
 */

import { environmentTwin } from "../../lib/environment_twin.ts";
import { EXIT_CODES } from "../../lib/exit_codes.ts";
import type { OptionSpec } from "../../lib/option_spec.ts";
import { OPTION_GROUPS } from "../../lib/options/table.ts";
import { FORMS, NOTES, PURPOSE, VERSION } from "../../lib/usage.ts";
import { wrap } from "../../lib/wrap.ts";

/** When the words of this file were last changed. */
const DATE = "2026-11-24";

/** The most characters of a line, before some are escaped. */
const WIDTH = 64;

/** The text of the man page. */
export function manText(): string {
  return [
    '.\\" Made by "deno task docs".',
    `.TH KRAKEND\\-WATCH 1 ${DATE} "krakend\\-watch ${VERSION}" "User Commands"`,
    ...section("NAME"),
    "krakend\\-watch \\- run a KrakenD gateway and replace it by one that works",
    ...section("SYNOPSIS"),
    ".B krakend\\-watch",
    ".RI [ OPTIONS ]",
    ".RI [ COMMAND \\ ...]",
    ...section("DESCRIPTION"),
    ...plain(PURPOSE),
    ...paragraph(
      "A change must pass krakend check before the gateway is restarted; a " +
        "broken or half-written file leaves it alone. If a new configuration " +
        "passes the check and does not become ready, the last one that did " +
        "comes back.",
    ),
    ...FORMS.flatMap(([form, ...texts]) => item(bold(form), ...texts)),
    ...paragraph("Options come before the command."),
    ...section("OPTIONS"),
    ...OPTION_GROUPS.flatMap(({ title, options }) => [
      `.SS ${escape(title)}`,
      ...options.flatMap(optionItem),
    ]),
    ...NOTES.flatMap(paragraph),
    ...section("ENVIRONMENT"),
    ...plain("Besides the variables of the options:"),
    ...ENVIRONMENT.flatMap(([name, text]) => item(bold(name), text)),
    ...section("EXIT STATUS"),
    ...EXIT_CODES.flatMap(({ code, meaning }) => item(bold(code), meaning)),
    ...section("EXAMPLES"),
    ...EXAMPLES.flatMap(([line, text]) => item(bold(line), text)),
    ...section("SEE ALSO"),
    "https://www.krakend.io/docs/",
    "",
  ].join("\n");
}

/** Variables that are no option's. */
const ENVIRONMENT: readonly [name: string, text: string][] = [
  ["KRAKEND_CONFIG", "the configuration file, if there is no command"],
  ["KRAKEND_BIN", "the krakend program, if --krakend does not name it"],
  [
    "KRAKEND_WATCH_EVENT",
    "set for the command of --on-event: the event's name",
  ],
  ["NO_COLOR", "set to anything, takes the colours away"],
  ["FORCE_COLOR", "set to anything but 0, brings them where no terminal is"],
  ["COLUMNS", "the width of the help, in characters"],
];

const EXAMPLES: readonly [line: string, text: string][] = [
  ["krakend-watch run -c my.json -p 8081", "krakend's own arguments"],
  [
    "krakend-watch -t 30s --watch /etc/ssl run -c my.json",
    "options of krakend-watch come first",
  ],
  [
    "krakend-watch --once check -c my.json",
    "one check with its exit code, for CI",
  ],
  [
    "krakend-watch --completions=bash > /etc/bash_completion.d/krakend-watch",
    "teaches bash to complete the options",
  ],
];

function optionItem(spec: OptionSpec): string[] {
  const { name, short, value, implied, isQuestion } = spec;
  const takes = value && `\\fI${value}\\fR`;
  const long = bold(`--${name}`) +
    (takes ? implied ? `[=${takes}]` : ` ${takes}` : "");
  const text = spec.default
    ? `${spec.help} (default ${spec.default})`
    : spec.help;
  return [
    ...item(short ? `${bold(`-${short}`)}, ${long}` : long, text),
    ...isQuestion ? [] : [".br", escape(environmentTwin(name))],
  ];
}

function section(title: string): string[] {
  return [`.SH ${title}`];
}

function paragraph(text: string): string[] {
  return [".PP", ...plain(text)];
}

/** @param tag In roff; the texts are plain. */
function item(tag: string, ...texts: readonly string[]): string[] {
  return [".TP", tag, ...texts.flatMap(plain)];
}

/** A text as lines of roff. */
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
