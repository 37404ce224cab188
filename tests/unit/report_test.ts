import { assertEquals } from "@std/assert";
import { stripAnsiCode } from "@std/fmt/colors";
import {
  alsoTelling,
  createReporter,
  type ReporterOptions,
  wantsColor,
} from "../../lib/report.ts";

/** The lines that a reporter writes when it is told something of every level. */
function report(
  options: Partial<ReporterOptions>,
  text = (level: string) => `${level} text`,
): string[] {
  const lines: string[] = [];
  const reporter = createReporter({
    verbosity: "verbose",
    color: false,
    write: (text) => lines.push(...text.split("\n")),
    ...options,
  });
  for (const level of ["error", "warn", "info", "debug"] as const) {
    reporter[level](text(level));
  }
  return lines;
}

const ERROR = "krakend-watch: error: error text";
const WARNING = "krakend-watch: warning: warn text";
const INFO = "krakend-watch: info text";
const DEBUG = "krakend-watch: debug text";

Deno.test("a report shows what the verbosity allows", () => {
  assertEquals(report({ verbosity: "quiet" }), [ERROR, WARNING]);
  assertEquals(report({ verbosity: "normal" }), [ERROR, WARNING, INFO]);
  assertEquals(report({ verbosity: "verbose" }), [ERROR, WARNING, INFO, DEBUG]);
});

Deno.test("every line says whose it is, and those after the first are indented", () => {
  const lines = report({ verbosity: "quiet" }, () => "one\ntwo\n three\n\n");
  assertEquals(lines.slice(0, 3), [
    "krakend-watch: error: one",
    "krakend-watch:   two",
    "krakend-watch:    three",
  ]);
  assertEquals(lines.length, 6);
});

Deno.test("the lines of one report are written at once, so that none comes between", () => {
  const texts: string[] = [];
  const report = createReporter({
    color: false,
    write: (text) => texts.push(text),
  });
  report.error("one\ntwo");
  report.info("three");
  assertEquals(texts, [
    "krakend-watch: error: one\nkrakend-watch:   two",
    "krakend-watch: three",
  ]);
});

Deno.test("a report holds no colours unless it is asked for them", {
  // @std/fmt/colors heeds NO_COLOR by itself.
  ignore: Deno.noColor,
}, () => {
  const colored = report({ color: true });
  const escapes = colored.map((line) => line.split("\x1b[").length - 1);
  assertEquals(escapes.every((count) => count > 0 && count % 2 === 0), true);
  assertEquals(colored.map(stripAnsiCode), report({ color: false }));
});

Deno.test("colours are for a terminal that knows them", () => {
  assertEquals(wantsColor({ TERM: "xterm" }, true), true);
  assertEquals(wantsColor({}, true), true);
  assertEquals(wantsColor({ TERM: "xterm" }, false), false);
  assertEquals(wantsColor({ TERM: "dumb" }, true), false);
});

Deno.test("JSON holds no colours, even if these are asked for", () => {
  const lines = report({ color: true, logFormat: "json" });
  assertEquals(lines.filter((line) => line.includes("\x1b")), []);
  assertEquals(lines.map((line) => JSON.parse(line).level), [
    "error",
    "warning",
    "info",
    "debug",
  ]);
});

Deno.test("a second listener hears everything, whatever the first one shows", () => {
  const lines: string[] = [];
  const heard: string[] = [];
  const first = createReporter({
    verbosity: "quiet",
    color: false,
    write: (line) => lines.push(line),
  });
  const both = alsoTelling(first, ({ level, event, message }) => {
    heard.push([level, event, message].join(" "));
  });
  both.error("one", { event: "fatal", exit_code: 2 });
  both.warn("two", { event: "killing", pid: 7 });
  both.info("three");
  both.debug("four", { event: "signal", signal: "SIGTERM" });
  assertEquals(lines.length, 2);
  assertEquals(heard, [
    "error fatal one",
    "warning killing two",
    "info info three",
    "debug signal four",
  ]);
});

Deno.test("NO_COLOR wins over FORCE_COLOR, and that over the terminal", () => {
  const forced = { FORCE_COLOR: "1", TERM: "dumb" };
  assertEquals(wantsColor(forced, false), true);
  assertEquals(wantsColor({ ...forced, NO_COLOR: "1" }, true), false);
  assertEquals(wantsColor({ FORCE_COLOR: "0" }, true), false);
});

Deno.test("empty variables say nothing about colours", () => {
  assertEquals(wantsColor({ NO_COLOR: "" }, true), true);
  assertEquals(wantsColor({ FORCE_COLOR: "" }, false), false);
});

Deno.test("as JSON, a fact is one object a line, with its fields, however many lines it has", () => {
  const lines: string[] = [];
  const report = createReporter({
    color: true,
    logFormat: "json",
    write: (line) => lines.push(line),
  });
  report.error("one\ntwo", {
    event: "failed",
    command: ["krakend", "check"],
    file: "krakend.json",
    line: 3,
  });
  report.debug("hidden");
  assertEquals(lines.length, 1);
  const { time, ...rest } = JSON.parse(lines[0] ?? "");
  assertEquals(new Date(time).toISOString(), time);
  assertEquals(rest, {
    level: "error",
    event: "failed",
    message: "one\ntwo",
    command: ["krakend", "check"],
    file: "krakend.json",
    line: 3,
  });
});
