import { assert, assertEquals } from "@std/assert";
import type { EventRecord } from "../../lib/event.ts";
import {
  type EventType,
  readEventTypes,
} from "../../scripts/docs/event_types.ts";
import { eventIn, eventsOf } from "../helpers/events.ts";
import { Playground } from "../helpers/playground.ts";
import { writeScript } from "../helpers/processes.ts";

const RUN = ["run", "-c", "krakend.json"];
const TYPES = await readEventTypes();

const TYPE_CHECKS: Readonly<Record<string, (value: unknown) => boolean>> = {
  string: (value) => typeof value === "string",
  number: (value) => typeof value === "number",
  boolean: (value) => typeof value === "boolean",
  "number or null": (value) => value === null || typeof value === "number",
  "list of strings": (value) =>
    Array.isArray(value) && value.every((it) => typeof it === "string"),
};

/** What does not fit the documented types, as sentences. */
function misfits(event: EventRecord): string[] {
  const { time, level, event: name, message, ...fields } = event;
  const type: EventType | undefined = TYPES.find((it) => it.name === name);
  if (!type) return [`${name} is not documented`];
  const missing = type.fields.filter((field) =>
    !field.isOptional && !(field.name in fields)
  );
  const wrong = Object.entries(fields).filter(([field, value]) => {
    const found = type.fields.find((it) => it.name === field)?.type ?? "";
    return !TYPE_CHECKS[found]?.(value);
  });
  return [
    ...new Date(time).toISOString() === time ? [] : [`time ${time}`],
    ...type.levels.includes(level) ? [] : [`${name} at ${level}`],
    ...typeof message === "string" ? [] : [`${name} without a message`],
    ...missing.map((field) => `${name} lacks ${field.name}`),
    ...wrong.map(([field]) => `${name} has a wrong ${field}`),
  ];
}

Deno.test("every event and every field is documented, with a type that JSON has", () => {
  assert(TYPES.length > 20);
  for (const { name, doc, fields } of TYPES) {
    assert(doc, name);
    for (const field of fields) {
      assert(field.doc, `${name}.${field.name}`);
      assert(field.type in TYPE_CHECKS, `${name}.${field.name}: ${field.type}`);
    }
  }
});

Deno.test("the life of a gateway is written in events, each with the fields that it should have", async () => {
  await using place = await Playground.open();
  const watch = place.start({ args: ["-v", "--log-format=json", ...RUN] });
  const { pid } = await eventIn(place, "starting");
  const first = await eventIn(place, "ready");
  assertEquals(first.down_ms, undefined);
  assertEquals([first.pid, first.port], [pid, place.port]);
  assert(first.boot_ms > 0);

  await Deno.writeTextFile(place.file, place.config("/one", "/two"));
  const reloading = await eventIn(place, "reloading", (it) => it.is_running);
  assertEquals(reloading.changes, [await Deno.realPath(place.file)]);
  assertEquals(reloading.names, ["krakend.json"]);
  assertEquals(reloading.differences, ["+1 endpoint GET /two"]);
  const second = await eventIn(place, "ready", (it) => it.pid !== pid);
  assertEquals([second.handover, second.down_ms], ["shared", 0]);
  assertEquals((await eventIn(place, "terminating")).pid, pid);

  await Deno.writeTextFile(place.file, '{\n  "version": 3,\n}');
  const rejected = await eventIn(place, "rejected");
  assertEquals(
    [rejected.file, rejected.line, rejected.column],
    ["krakend.json", 2, 15],
  );
  // Several lines of text are one event on one line.
  assert(rejected.message.includes("\n"));
  await Deno.writeTextFile(place.file, place.config("/one", "/two"));
  await eventIn(place, "reverted");

  watch.signal("SIGTERM");
  assertEquals((await watch.status).code, 0);
  assertEquals((await eventIn(place, "signal")).signal, "SIGTERM");
  const events = eventsOf(place.lines);
  assertEquals(events[0]?.event, "watching");
  assertEquals(events.flatMap(misfits), []);
  assertEquals(place.count("krakend-watch: "), 0);
});

Deno.test("with --no-overlap, the events say for how long nothing listened", async () => {
  await using place = await Playground.open();
  const args = ["--no-overlap", "--log-format=json", ...RUN];
  place.start({ args });
  const { pid } = await eventIn(place, "ready");
  assertEquals((await eventIn(place, "watching")).handover, "swap");
  await place.save("/two");
  const second = await eventIn(place, "ready", (it) => it.pid !== pid);
  assertEquals(second.handover, "swap");
  assert((second.down_ms ?? 0) > 0);
  assertEquals(eventsOf(place.lines).flatMap(misfits), []);
});

Deno.test("with --log-format=json, every line on standard error is an event, whatever goes wrong", async () => {
  await using place = await Playground.open();
  const gateway = await writeScript(
    place.folder,
    "gateway",
    `case $1 in
       check) grep -q broken krakend.json && { echo "gw: no"; echo "gw: no"; exit 1; } ;;
       run) echo "gw: ERROR: no luck"; exit 3 ;;
     esac
     exit 0`,
  );
  const watch = place.start({
    args: ["--log-format=json", "--on-event", "exit 9", ...RUN],
    env: {
      KRAKEND_BIN: gateway,
      KRAKEND_WATCH_SETLE: "1",
      FORCE_COLOR: "1",
    },
  });
  assertEquals((await eventIn(place, "exited")).exit_code, 3);
  await Deno.writeTextFile(place.file, "broken");
  await eventIn(place, "rejected");
  await eventIn(place, "on_event_failed");
  await eventIn(place, "unknown_variable");
  watch.signal("SIGTERM");
  await watch.status;
  const ours = place.lines.filter((line) => !line.startsWith("gw: "));
  assertEquals(ours.filter((line) => !line.startsWith("{")), []);
  assertEquals(eventsOf(ours).flatMap(misfits), []);
  assertEquals(ours.filter((line) => line.includes("\x1b")), []);
});

/** Command lines that cannot be carried out, and the exit code. */
const REFUSED: readonly [args: string[], code: number][] = [
  [["--log-format=json", "--setle", "1s"], 2],
  [["--log-format", "json", "fly"], 2],
  [["--settle", "soon", "--log-format=json", ...RUN], 2],
  [["--log-format=json", "run", "-c", "missing.json"], 2],
  [["--log-format=json", "--krakend", "./missing", ...RUN], 127],
];

for (const [args, code] of REFUSED) {
  Deno.test(`"${args.join(" ")}" is refused as JSON, too`, async () => {
    await using place = await Playground.open();
    const watch = place.start({ args });
    assertEquals((await watch.status).code, code);
    assertEquals(place.lines.length, 1);
    const event = await eventIn(place, "fatal");
    assertEquals([event.exit_code, misfits(event)], [code, []]);
  });
}

Deno.test("a command line that cannot be understood is refused as the environment says", async () => {
  await using place = await Playground.open();
  const watch = place.start({
    args: ["--wat"],
    env: { KRAKEND_WATCH_LOG_FORMAT: "json" },
  });
  assertEquals((await watch.status).code, 2);
  assertEquals(eventsOf(place.lines).map(({ event }) => event), ["fatal"]);
});
