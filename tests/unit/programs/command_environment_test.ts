import { assertEquals } from "@std/assert";
import {
  commandEnvironment,
  withChanges,
} from "../../../lib/programs/command_environment.ts";

Deno.test("a command gets our environment without the variables that are meant for us", () => {
  const env = {
    PATH: "/bin",
    KRAKEND_BIN: "/bin/krakend",
    KRAKEND_WATCH_SETTLE: "1s",
    KRAKEND_WATCH_CHANGED: "of another krakend-watch",
  };
  assertEquals(commandEnvironment(env), {
    PATH: "/bin",
    KRAKEND_BIN: "/bin/krakend",
  });
});

Deno.test("the changes are told one a line", () => {
  assertEquals(withChanges({ A: "1" }, ["a.c", "lib/b.c"]), {
    A: "1",
    KRAKEND_WATCH_CHANGED: "a.c\nlib/b.c",
  });
});

Deno.test("without changes there is no variable", () => {
  assertEquals(withChanges({ A: "1" }, []), { A: "1" });
});

Deno.test("of more changes than a variable can hold, the working folder is told", () => {
  const names = Array.from({ length: 20_000 }, (_, i) => `lib/${i}.ts`);
  assertEquals(withChanges({}, names), { KRAKEND_WATCH_CHANGED: "." });
  const longInBytes = ["ü".repeat(60_000)];
  assertEquals(withChanges({}, longInBytes), { KRAKEND_WATCH_CHANGED: "." });
});
