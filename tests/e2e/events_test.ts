import { assert, assertEquals } from "@std/assert";
import { type EventName, type EventRecord, EVENTS } from "../../lib/events.ts";
import { FIELDS } from "../../lib/event_fields.ts";
import { Playground } from "../helpers/playground.ts";
import { writeScript } from "../helpers/processes.ts";

const RUN = ["run", "-c", "krakend.json"];

/** The events that were written; every line of ours must be one. */
function eventsOf(lines: readonly string[]): EventRecord[] {
  return lines.filter((line) => line.startsWith("{")).map((line) =>
    JSON.parse(line)
  );
}

/** Waits for an event, and gives the last one of its name. */
async function eventIn(
  place: Playground,
  name: EventName,
  isIt: (event: EventRecord) => boolean = () => true,
): Promise<EventRecord> {
  const find = () =>
    eventsOf(place.lines).findLast((it) => it.event === name && isIt(it));
  await place.until(`the event ${name} is told`, () => find() !== undefined);
  return find() as EventRecord;
}

/** What does not fit the table of events, as sentences. */
function misfits(event: EventRecord): string[] {
  const { time, level, event: name, message, ...fields } = event;
  const { levels, fields: always = [], maybe = [] } = {
    fields: [],
    maybe: [],
    ...EVENTS[name],
  };
  const allowed: readonly string[] = [...always, ...maybe];
  const missing = always.filter((field) => !(field in fields));
  const wrong = Object.entries(fields).filter(([field, value]) => {
    const { type } = FIELDS[field as keyof typeof FIELDS];
    const found = Array.isArray(value) ? "string[]" : typeof value;
    return found !== type || !allowed.includes(field);
  });
  return [
    ...new Date(time).toISOString() === time ? [] : [`time ${time}`],
    ...levels.some((it) => it === level) ? [] : [`${name} at ${level}`],
    ...typeof message === "string" ? [] : [`${name} says ${message}`],
    ...missing.map((field) => `${name} lacks ${field}`),
    ...wrong.map(([field]) => `${name} has a wrong ${field}`),
  ];
}

Deno.test("the life of a gateway is told in events, each with the fields that it should have", async () => {
  await using place = await Playground.open();
  const watch = place.start({ args: ["-v", "--log-format=json", ...RUN] });
  const { pid } = await eventIn(place, "starting");
  const first = await eventIn(place, "ready");
  assertEquals(first.gap_ms, undefined);
  assert((first.boot_ms ?? 0) > 0);

  await Deno.writeTextFile(place.file, place.config("/one", "/two"));
  const approved = await eventIn(
    place,
    "approved",
    (it) => it.is_running === true,
  );
  assertEquals(approved.changes, [await Deno.realPath(place.file)]);
  assertEquals(approved.differences, ["+1 endpoint GET /two"]);
  await eventIn(place, "ready", (it) => it.gap_ms !== undefined);
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
  const exited = await eventIn(place, "exited");
  assertEquals([exited.exit_code, exited.said], [3, "gw: ERROR: no luck"]);
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
    const [event] = eventsOf(place.lines);
    assertEquals([event?.event, event?.exit_code], ["fatal", code]);
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
