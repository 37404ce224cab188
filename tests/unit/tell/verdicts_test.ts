import { assertEquals } from "@std/assert";
import type { Verdict } from "../../../lib/gate.ts";
import { tellVerdict } from "../../../lib/tell/verdicts.ts";
import { told } from "../told.ts";

function sayVerdict(verdict: Verdict<unknown>, isAlive: boolean): string {
  const circumstances = {
    cwd: "/etc/krakend",
    configFile: "krakend.json",
    isAlive,
  };
  return told((report) => tellVerdict(report, verdict, circumstances));
}

function approval(changes: readonly string[]): Verdict<unknown> {
  return {
    kind: "approved",
    value: {},
    isAsked: false,
    digest: "",
    changes,
    tookMs: 61.7,
  };
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

Deno.test("what was asked for is told as such", () => {
  const asked = { ...approval([]), isAsked: true } as Verdict<unknown>;
  assertEquals(
    sayVerdict(asked, true),
    "info: krakend.json is fine (62 ms), restarting the gateway as asked",
  );
  // Then it would have been started anyway.
  assertEquals(
    sayVerdict(asked, false),
    "info: krakend.json is fine (62 ms), starting the gateway",
  );
  const checked = { kind: "checked", value: {}, tookMs: 40 } as const;
  assertEquals(
    sayVerdict({ ...checked, isAccepted: true }, true),
    "info: krakend.json is fine (40 ms), and nothing has changed",
  );
  assertEquals(
    sayVerdict({ ...checked, isAccepted: false }, true),
    "info: krakend.json is fine (40 ms), the gateway runs with another one until a restart is asked for",
  );
});
