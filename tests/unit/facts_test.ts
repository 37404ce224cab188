import { assertEquals } from "@std/assert";
import { tellFact } from "../../lib/facts.ts";
import type { Verdict } from "../../lib/gate.ts";
import type { Reporter } from "../../lib/report.ts";
import type { Fact } from "../../lib/supervise/happening.ts";
import { tellVerdict } from "../../lib/verdicts.ts";

/** The only thing that is told, with its level before it. */
function told(tell: (report: Reporter) => void): string {
  const lines: string[] = [];
  const at = (level: string) => (text: string) => {
    lines.push(`${level}: ${text}`);
  };
  tell({
    error: at("error"),
    warn: at("warn"),
    info: at("info"),
    debug: at("debug"),
  });
  assertEquals(lines.length, 1);
  return lines.join("");
}

function sayVerdict(verdict: Verdict<unknown>, isAlive: boolean): string {
  const circumstances = {
    cwd: "/etc/krakend",
    configFile: "krakend.json",
    isAlive,
  };
  return told((report) => tellVerdict(report, verdict, circumstances));
}

function approval(changes: readonly string[]): Verdict<unknown> {
  return { kind: "approved", value: {}, digest: "", changes, tookMs: 61.7 };
}

function sayFact(fact: Fact): string {
  return told((report) => tellFact(report, fact));
}

function sayExit(exit: Pick<Fact & { kind: "exited" }, "exit" | "retryMs">) {
  return sayFact({
    kind: "exited",
    ...exit,
    sequel: "restart",
    lastLines: [],
    isOutdated: false,
  });
}

Deno.test("an approval says how long it took and what follows", () => {
  const verdict = approval(["/etc/krakend/krakend.json"]);
  assertEquals(
    sayVerdict(verdict, true),
    "info: krakend.json is fine (62 ms), restarting the gateway",
  );
  assertEquals(
    sayVerdict(verdict, false),
    "info: krakend.json is fine (62 ms), starting the gateway",
  );
});

Deno.test("an approval names the files that changed besides the configuration", () => {
  const name = (...paths: string[]) =>
    sayVerdict(approval(paths), true).replace(/ changed, krakend.json.*/, "");
  assertEquals(name("/etc/krakend/a/b.tmpl"), "info: a/b.tmpl");
  assertEquals(name("/etc/tls.pem"), "info: /etc/tls.pem");
  assertEquals(name("/etc/krakend/..data/a"), "info: ..data/a");
  assertEquals(
    name(
      ...["a", "b", "c", "d", "krakend.json"].map((x) => `/etc/krakend/${x}`),
    ),
    "info: a, b, c and 1 more",
  );
});

Deno.test("at the start, when everything is new, no file is named", () => {
  assertEquals(
    sayVerdict(approval(["/etc/krakend/a"]), false),
    "info: krakend.json is fine (62 ms), starting the gateway",
  );
});

Deno.test("a failure is an error that says what it means for the gateway, and what krakend said", () => {
  const verdict = { kind: "rejected", message: "bad\ncomma" } as const;
  assertEquals(
    sayVerdict(verdict, true),
    "error: krakend.json is refused, the gateway goes on with the configuration it has\nbad\ncomma",
  );
  assertEquals(
    sayVerdict(verdict, false),
    "error: krakend.json is refused, no gateway runs until it is mended\nbad\ncomma",
  );
});

Deno.test("a change that was taken back is told", () => {
  assertEquals(
    sayVerdict({ kind: "reverted" }, true),
    "info: krakend.json is again as the gateway knows it",
  );
});

Deno.test("readiness says how long nobody listened, if somebody did before", () => {
  assertEquals(
    sayFact({
      kind: "ready",
      pid: 7,
      version: "newest",
      bootMs: 58,
      gapMs: undefined,
    }),
    "info: ready in 58 ms",
  );
  assertEquals(
    sayFact({
      kind: "ready",
      pid: 7,
      version: "newest",
      bootMs: 58,
      gapMs: 1_449,
    }),
    "info: ready in 58 ms, nobody listened for 1.4 s",
  );
});

Deno.test("an exit that nobody asked for is an error that says how and what follows", () => {
  assertEquals(
    sayExit({ exit: { code: 0, signal: null }, retryMs: 500 }),
    "error: the gateway left with code 0, unasked; next start in 500 ms, or at the next change",
  );
  const exit = { code: 137, signal: "SIGKILL" } as const;
  assertEquals(
    sayExit({ exit, retryMs: 30_000 }),
    "error: the gateway was ended by SIGKILL, unasked; next start in 30.0 s, or at the next change",
  );
});

Deno.test("a start that failed is an error with its reason", () => {
  const error = new Error("text file busy");
  assertEquals(
    sayFact({ kind: "start failed", error, sequel: "restart", retryMs: 1_000 }),
    "error: cannot start the gateway: text file busy; next start in 1.0 s, or at the next change",
  );
});

Deno.test("what is only good to know is for the verbose, and a kill is a warning", () => {
  assertEquals(
    [
      sayFact({ kind: "started", pid: 7 }),
      sayFact({ kind: "terminating", pid: 7 }),
      sayFact({ kind: "killing", pid: 7 }),
    ],
    [
      "debug: gateway started (process 7)",
      "debug: sent SIGTERM to the gateway (process 7)",
      "warn: killing the gateway (process 7)",
    ],
  );
});

Deno.test("an exit while the files were changing is no error", () => {
  const exit = { code: 255, signal: null };
  assertEquals(
    sayFact({
      kind: "exited",
      exit,
      sequel: "restart",
      retryMs: 500,
      lastLines: [],
      isOutdated: true,
    }),
    "info: the files changed while the gateway was starting, and it left with code 255; " +
      "next start in 500 ms, or at the next change",
  );
});

Deno.test("a gateway that went back is told with the line of its log that says why", () => {
  const fact = {
    kind: "restoring",
    end: { code: 0, signal: null },
    isOutdated: false,
    lastLines: [
      "ERROR: listen tcp http://admin:s3cr3t@127.0.0.1:80: bind: address already in use",
      "INFO: bye",
    ],
  } as const;
  assertEquals(
    sayFact(fact),
    [
      "error: the new configuration does not become ready: the gateway left with code 0; going back to the last configuration that worked, the new one is tried again at the next change",
      "it said: ERROR: listen tcp http://***@127.0.0.1:80: bind: address already in use",
    ].join("\n"),
  );
});

Deno.test("a gateway that went back because the files were being written is nobody's fault", () => {
  const fact = {
    kind: "restoring",
    end: { code: 255, signal: null },
    isOutdated: true,
    lastLines: [],
  } as const;
  assertEquals(
    sayFact(fact),
    "info: the files changed while the gateway was starting, and it left with code 255; going back to the last configuration that worked",
  );
});

Deno.test("a gateway that was never touched is told to go on, and when the new one is tried again", () => {
  const fact = {
    kind: "abandoned",
    end: undefined,
    isOutdated: false,
    lastLines: [],
  } as const;
  const began =
    "error: the new configuration does not become ready: the gateway did not answer in time; the one that runs goes on, the new one is tried again ";
  assertEquals(
    sayFact({ ...fact, retryMs: undefined }),
    `${began}at the next change`,
  );
  assertEquals(
    sayFact({ ...fact, retryMs: 500 }),
    `${began}in 500 ms, or at the next change`,
  );
});

Deno.test("what follows an exit is told: another start, a wait or our own end", () => {
  const exit = { code: 3, signal: null };
  const rest = { retryMs: 0, lastLines: [], isOutdated: false };
  const say = (sequel: "wait" | "leave") =>
    sayFact({ kind: "exited", exit, sequel, ...rest }).split("; ").at(-1);
  assertEquals(say("wait"), "next start at the next change");
  assertEquals(say("leave"), "leaving, too");
});
