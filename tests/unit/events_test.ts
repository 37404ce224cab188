import { assert, assertEquals } from "@std/assert";
import { walk } from "@std/fs";
import { fromFileUrl } from "@std/path";
import { FIELDS } from "../../lib/event_fields.ts";
import {
  EVENTS,
  type EventSpec,
  type Level,
  recordOf,
} from "../../lib/events.ts";

const ROOT = new URL("../../", import.meta.url);
const LEVELS: readonly Level[] = ["error", "warning", "info", "debug"];

/** The names of events that the code tells, from its text. */
async function namesInCode(): Promise<Set<string>> {
  const files = [fromFileUrl(new URL("main.ts", ROOT))];
  const options = { exts: [".ts"], includeDirs: false };
  for await (const { path } of walk(new URL("lib/", ROOT), options)) {
    if (!path.endsWith("/events.ts")) files.push(path);
  }
  const texts = await Promise.all(files.map((file) => Deno.readTextFile(file)));
  const names = texts.flatMap((text) =>
    [...text.matchAll(/\bevent: "(\w+)"/g)].map(({ 1: name }) => name ?? "")
  );
  return new Set(names);
}

Deno.test("every event that is documented is told somewhere, and the other way round", async () => {
  const told = [...await namesInCode(), ...LEVELS].sort();
  assertEquals(told, Object.keys(EVENTS).sort());
});

Deno.test("every field that is documented belongs to an event", () => {
  const used = Object.values<EventSpec>(EVENTS)
    .flatMap(({ fields = [], maybe = [] }) => [...fields, ...maybe]);
  assertEquals([...new Set(used)].sort(), Object.keys(FIELDS).sort());
});

Deno.test("names of events and fields are words in small letters, and fields stand in order", () => {
  const names = [...Object.keys(EVENTS), ...Object.keys(FIELDS)];
  assert(names.every((name) => /^[a-z]+(_[a-z]+)*$/.test(name)));
  assertEquals(Object.keys(FIELDS), Object.keys(FIELDS).sort());
});

Deno.test("a record has its time, level, name and message first, and then its fields", () => {
  const record = recordOf("info", "ready\n", {
    event: "ready",
    pid: 7,
    boot_ms: 55.26,
    gap_ms: undefined,
    configuration: "newest",
  });
  const { time, ...rest } = JSON.parse(JSON.stringify(record));
  assertEquals(new Date(time).toISOString(), time);
  assertEquals(Object.keys(record).slice(0, 4), [
    "time",
    "level",
    "event",
    "message",
  ]);
  assertEquals(rest, {
    level: "info",
    event: "ready",
    message: "ready",
    pid: 7,
    boot_ms: 55.3,
    configuration: "newest",
  });
});

Deno.test("what has no name of its own is named after its level", () => {
  for (const level of LEVELS) {
    const { event, message } = recordOf(level, "text");
    assertEquals([event, message], [level, "text"]);
  }
});
