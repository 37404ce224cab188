import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import type { Failed } from "../../lib/event.ts";
import { visible } from "../../lib/redact.ts";
import { eventsOf } from "../helpers/events.ts";
import { Playground } from "../helpers/playground.ts";

/** Runs a check that is refused. Returns what it has printed, which is visible. */
async function refused(
  place: Playground,
  args: readonly string[],
  wrapper: readonly string[] = [],
  env: Readonly<Record<string, string>> = {},
): Promise<readonly string[]> {
  const watch = place.start({ args: ["--once", ...args], wrapper, env });
  const { code } = await watch.status;
  const text = watch.lines.join("\n");
  assertEquals(code, 1, text);
  assertEquals(/[^\P{C}\t\n]/u.exec(text), null, text);
  return watch.lines;
}

/** Files that can be read once, each with what a shell does before the command, which gets the text in a variable. */
const READ_ONCE: Readonly<Record<string, string>> = {
  "/dev/stdin": 'printf %s "$TEXT" |',
  "/dev/fd/0": 'printf %s "$TEXT" > text; < text',
  "pipe.json": 'mkfifo pipe.json; printf %s "$TEXT" > pipe.json &',
};

for (const [name, before] of Object.entries(READ_ONCE)) {
  Deno.test(`--once check of ${name} that is refused gives the place and no value, and with --log-format=json one event`, async () => {
    await using place = await Playground.open();
    const TEXT =
      '{"version": 3,\n"name": "Hunter2\x9b\u202e",\n"port": "Hunter2"}';
    const wrapper = ["sh", "-c", `${before} "$@"`, "sh"];
    const args = ["check", "-ddd", "-c", name];
    const lines = await refused(place, args, wrapper, { TEXT });
    const text = lines.join("\n");
    assertStringIncludes(text, `Parsing configuration file: ${name}\n`);
    assertStringIncludes(text, `\n${name}:3:1: 'port' `);
    assert(!/Hunter2|krakend-watch-/.test(text), text);

    if (name === "pipe.json") await Deno.remove(place.path(name));
    const json = ["--log-format=json", ...args];
    const events = eventsOf(await refused(place, json, wrapper, { TEXT }));
    assertEquals(events.map(({ event }) => event), ["failed"]);
    const [{ reason, file, line, command }] = events as unknown as [Failed];
    assertStringIncludes(reason, `${name}:3:1: 'port' `);
    assertEquals([file, line, command.slice(1)], [name, 3, args]);
  });
}

Deno.test("--once check of a template on standard input gives the place of its fault", async () => {
  await using place = await Playground.open();
  const text = '{\n"version": {{ .a }';
  const args = ["check", "-c", "/dev/stdin"];
  const wrapper = ["sh", "-c", `printf '${text}' | "$@"`, "sh"];
  const lines = await refused(place, args, wrapper, { FC_ENABLE: "1" });
  const line = lines.find((it) => it.startsWith("/dev/stdin:2:"));
  assertStringIncludes(line ?? "", 'unexpected "}"', lines.join("\n"));
});

/** Files that cannot be read, with KrakenD's words. */
const UNREADABLE: Readonly<Record<string, string>> = {
  "no\x1b\u202e.json": "no such file",
  ".": "is a directory",
  "krakend.json/a": "not a directory",
};

for (const [name, words] of Object.entries(UNREADABLE)) {
  Deno.test(`--once check of ${visible(name)} says "${words}", and with --log-format=json in one event without a place`, async () => {
    await using place = await Playground.open();
    const args = ["check", "-c", name];
    const lines = await refused(place, args);
    assertEquals(lines.filter((it) => it.includes(words)).length, 1);
    const json = await refused(place, ["--log-format=json", ...args]);
    const events = eventsOf(json);
    assertEquals(events.map(({ event }) => event), ["failed"]);
    const [{ reason, file }] = events as unknown as [Failed];
    assert(reason.startsWith("krakend: "), reason);
    assertStringIncludes(reason, words);
    assertEquals(file, undefined);
  });
}

Deno.test("--once check of a descriptor that is not there says so, and with --log-format=json in one event", async () => {
  await using place = await Playground.open();
  const args = ["check", "-c", "/dev/fd/99"];
  const text = (await refused(place, args)).join("\n");
  assertStringIncludes(text, "error: Cannot read /dev/fd/99: No such file");
  const json = await refused(place, ["--log-format=json", ...args]);
  const events = eventsOf(json);
  assertEquals(events.map(({ event }) => event), ["fatal"]);
});
