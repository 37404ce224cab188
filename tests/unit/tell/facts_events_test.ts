import { assertEquals } from "@std/assert";
import {
  type EventRecord,
  EVENTS,
  type EventSpec,
} from "../../../lib/events.ts";
import { tellFact } from "../../../lib/tell/facts.ts";
import { type Reporter, reporterOf } from "../../../lib/report.ts";
import type { Fact } from "../../../lib/supervise/happening.ts";
import { tellVerdict } from "../../../lib/tell/verdicts.ts";

/** The only event that is told, as its reader has it, without time and message. */
function told(tell: (report: Reporter) => void) {
  const records: EventRecord[] = [];
  tell(reporterOf((record) => {
    records.push(record);
  }));
  assertEquals(records.length, 1);
  const { time: _, message: __, ...rest } = JSON.parse(
    JSON.stringify(records[0]),
  );
  return rest;
}

const EXIT = { code: 137, signal: "SIGKILL" } as const;
const LINES = ["ERROR: no luck", "bye"];

/** Facts, and the events that they are told as. */
const FACTS: readonly [Fact, Record<string, unknown>][] = [
  [{ kind: "started", pid: 7 }, { level: "debug", event: "starting", pid: 7 }],
  [
    { kind: "ready", pid: 7, version: "newest", bootMs: 58, gapMs: undefined },
    {
      level: "info",
      event: "ready",
      pid: 7,
      configuration: "newest",
      boot_ms: 58,
    },
  ],
  [
    { kind: "ready", pid: 7, version: "kept", bootMs: 58.04, gapMs: 23.57 },
    {
      level: "info",
      event: "ready",
      pid: 7,
      configuration: "kept",
      boot_ms: 58,
      gap_ms: 23.6,
    },
  ],
  [
    { kind: "terminating", pid: 7 },
    { level: "debug", event: "terminating", pid: 7 },
  ],
  [{ kind: "killing", pid: 7 }, { level: "warning", event: "killing", pid: 7 }],
  [
    {
      kind: "exited",
      exit: EXIT,
      retryMs: 500,
      sequel: "restart",
      lastLines: LINES,
      isOutdated: false,
    },
    {
      level: "error",
      event: "exited",
      exit_code: 137,
      signal: "SIGKILL",
      next: "restart",
      retry_ms: 500,
      said: "ERROR: no luck",
    },
  ],
  [
    {
      kind: "exited",
      exit: { code: 0, signal: null },
      retryMs: 500,
      sequel: "restart",
      lastLines: LINES,
      isOutdated: true,
    },
    {
      level: "info",
      event: "exited",
      exit_code: 0,
      next: "restart",
      retry_ms: 500,
    },
  ],
  [
    {
      kind: "start failed",
      error: new Error("text file busy"),
      retryMs: 1,
      sequel: "wait",
    },
    {
      level: "error",
      event: "start_failed",
      reason: "text file busy",
      next: "wait",
    },
  ],
  [
    { kind: "restoring", end: EXIT, lastLines: LINES, isOutdated: false },
    {
      level: "error",
      event: "restoring",
      exit_code: 137,
      signal: "SIGKILL",
      said: "ERROR: no luck",
    },
  ],
  [
    {
      kind: "restoring",
      end: new Error("gone"),
      lastLines: [],
      isOutdated: false,
    },
    { level: "error", event: "restoring", reason: "gone" },
  ],
  [{ kind: "drained", pid: 7 }, { level: "debug", event: "drained", pid: 7 }],
  [
    {
      kind: "abandoned",
      end: EXIT,
      lastLines: LINES,
      isOutdated: false,
      retryMs: 500,
    },
    {
      level: "error",
      event: "abandoned",
      exit_code: 137,
      signal: "SIGKILL",
      retry_ms: 500,
      said: "ERROR: no luck",
    },
  ],
  [
    { kind: "restoring", end: undefined, lastLines: [], isOutdated: true },
    { level: "info", event: "restoring" },
  ],
];

for (const [fact, event] of FACTS) {
  Deno.test(`the fact ${JSON.stringify(fact)} is an event with its fields`, () => {
    const record = told((report) => tellFact(report, fact));
    assertEquals(record, event);
    const { fields = [] } =
      EVENTS[record.event as keyof typeof EVENTS] as EventSpec;
    assertEquals(fields.filter((name) => !(name in record)), []);
  });
}

const CIRCUMSTANCES = {
  cwd: "/etc/krakend",
  configFile: "krakend.json",
  isAlive: true,
};

Deno.test("verdicts are events with what they are about", () => {
  const say = (verdict: Parameters<typeof tellVerdict>[1]) =>
    told((report) =>
      tellVerdict(report, verdict, {
        ...CIRCUMSTANCES,
        differences: ["+1 endpoint GET /two"],
      })
    );
  const changes = ["/etc/krakend/krakend.json"];
  const approved = {
    value: {},
    isAsked: false,
    digest: "",
    changes,
    tookMs: 61.74,
  };
  assertEquals(say({ kind: "approved", ...approved }), {
    level: "info",
    event: "approved",
    config: "krakend.json",
    took_ms: 61.7,
    changes,
    differences: ["+1 endpoint GET /two"],
    is_running: true,
  });
  const place = { file: "krakend.json", line: 12, column: 22 };
  assertEquals(say({ kind: "rejected", message: "bad\ncomma", place }), {
    level: "error",
    event: "rejected",
    config: "krakend.json",
    reason: "bad\ncomma",
    is_running: true,
    ...place,
  });
  assertEquals(say({ kind: "reverted" }), {
    level: "info",
    event: "reverted",
    config: "krakend.json",
  });
  const checked = { value: {}, isAccepted: true, tookMs: 40 };
  assertEquals(say({ kind: "checked", ...checked }), {
    level: "info",
    event: "checked",
    config: "krakend.json",
    took_ms: 40,
  });
});
