import { assertEquals } from "@std/assert";
import { JobReport } from "../../../lib/programs/job_report.ts";
import { createReporter } from "../../../lib/report.ts";
import { tellServiceFact } from "../../../lib/programs/service_facts.ts";
import type { Fact } from "../../../lib/supervise/happening.ts";

/** What is told about a command, as the user reads it and as a machine does. */
function told(
  command: readonly string[],
  tell: (report: JobReport) => void,
): string[] {
  const lines: string[] = [];
  const report = createReporter({
    verbosity: "verbose",
    color: false,
    write: (line) => lines.push(line),
  });
  const symbol = command.includes("{}") ? "{}" : undefined;
  const job = {
    command,
    symbol,
    listing: { paths: ["a", "b"], isBrief: false },
  };
  tell(new JobReport(report, job));
  return lines.map((line) => line.replace("krakend-watch: ", ""));
}

const CHANGES = { paths: ["/w/a.c", "/w/b.c"], names: ["a.c", "b.c"] };
const CHANGE = { paths: ["/w/a.c"], names: ["a.c"] };
const MAKE = ["make", "all"];

Deno.test("a command's life is told in one line each", () => {
  const lines = told(MAKE, (report) => {
    report.watching();
    report.running(CHANGES, "running");
    report.ended(CHANGES, { code: 0, signal: null }, 1_310);
    report.ended(CHANGES, { code: 2, signal: null }, 20);
    report.ended(CHANGES, { code: 137, signal: "SIGKILL" }, 20);
  });
  assertEquals(lines, [
    "watching 2 files for make all",
    "a.c, b.c changed, running make",
    "make succeeded (1.3 s)",
    "error: make failed with code 2 (20 ms)",
    "error: make was ended by SIGKILL (20 ms)",
  ]);
});

Deno.test("the run for one file is told with its name", () => {
  const lines = told(["cc", "{}"], (report) => {
    report.ended(CHANGE, { code: 0, signal: null }, 20);
    report.ended(CHANGE, { code: 1, signal: null }, 20);
  });
  assertEquals(lines, [
    "cc succeeded for a.c (20 ms)",
    "error: cc failed with code 1 for a.c (20 ms)",
  ]);
});

Deno.test("a change during a run is told, with a hint if that seems not to end", () => {
  const lines = told(MAKE, (report) => {
    report.late(CHANGE, 1_000);
    report.late(CHANGE, 60_000);
  });
  assertEquals(lines, [
    "a.c changed while make runs: it runs again afterwards",
    "a.c changed while make runs: it runs again afterwards; it has run for 1 min, --start-service restarts what does not end",
  ]);
});

Deno.test("a command that could not be started is told with the reason", () => {
  const lines = told(MAKE, (report) => report.failed(new Error("no memory")));
  assertEquals(lines, ["error: cannot start make: no memory"]);
});

Deno.test("of a service, starts, stops and unasked ends are told", () => {
  const lines: string[] = [];
  const report = createReporter({
    verbosity: "verbose",
    color: false,
    write: (line) => lines.push(line.replace("krakend-watch: ", "")),
  });
  const end = { sequel: "wait", retryMs: 0 } as const;
  const facts: Fact[] = [
    { kind: "started", pid: 7 },
    { kind: "ready", pid: 7, version: "newest", bootMs: 0, gapMs: undefined },
    { kind: "terminating", pid: 7 },
    { kind: "killing", pid: 7 },
    {
      kind: "exited",
      exit: { code: 3, signal: null },
      lastLines: [],
      isOutdated: false,
      ...end,
    },
    { kind: "start failed", error: new Error("no memory"), ...end },
  ];
  for (const fact of facts) tellServiceFact(fact, { name: "serve", report });
  assertEquals(lines, [
    "serve started (process 7)",
    "sent SIGTERM to serve (process 7)",
    "warning: killing serve (process 7)",
    "error: serve left with code 3; next start at the next change",
    "error: cannot start serve: no memory; next start at the next change",
  ]);
});
