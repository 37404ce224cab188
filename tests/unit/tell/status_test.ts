import { assertEquals, assertRejects } from "@std/assert";
import { Status } from "../../../lib/tell/status.ts";

/** A state, and what was shown of it without the name of the program. */
function scene() {
  const shown: string[] = [];
  const status = new Status((text) =>
    shown.push(text.replace("krakend-watch: ", ""))
  );
  return { shown, status };
}

const READY = {
  kind: "ready",
  pid: 1,
  bootMs: 1,
  gapMs: undefined,
} as const;

Deno.test("the word is shown from the start, and follows the gateway", () => {
  const { shown, status } = scene();
  status.takeFact({ ...READY, version: "newest" });
  status.takeVerdict({ kind: "rejected", message: "" }, true);
  status.takeVerdict({ kind: "reverted" }, true);
  status.takeFact({ ...READY, version: "kept" });
  assertEquals(shown, ["starting", "ready", "refused", "ready", "rolled back"]);
});

Deno.test("a check is shown as long as it runs, whatever becomes of it", async () => {
  const { shown, status } = scene();
  status.set("ready");
  assertEquals(await status.check(Promise.resolve(7)), 7);
  await assertRejects(() => status.check(Promise.reject(new Error("no"))));
  assertEquals(shown.slice(1), [
    "ready",
    "checking",
    "ready",
    "checking",
    "ready",
  ]);
});

Deno.test("what happens while a check runs is not lost", async () => {
  const { shown, status } = scene();
  const check = Promise.withResolvers<void>();
  const checking = status.check(check.promise);
  status.takeFact({ ...READY, version: "newest" });
  check.resolve();
  await checking;
  assertEquals(shown.at(-1), "ready");
});
