import { assert, assertEquals } from "@std/assert";
import { Playground } from "../helpers/playground.ts";
import { startedPids } from "../helpers/processes.ts";

/** What may stand where a configuration should, and what is said about it. */
const BAD: Readonly<Record<string, readonly [string | Uint8Array, string]>> = {
  "ten megabytes with a comma too many": [
    `{"version": 3, "x": [${"1,".repeat(5_000_000)}]}`,
    "there is a comma too many",
  ],
  "brackets without end": ["[".repeat(100_000), "brackets are nested deeper"],
  "a program": [
    new Uint8Array([0x7f, 0x45, 0x4c, 0x46, 2, 1, 1, 0, 0]),
    "the file is a program",
  ],
  "UTF-16": [
    new Uint8Array([0xff, 0xfe, 0x7b, 0, 0x7d, 0]),
    "UTF-16",
  ],
  "a zero byte": ['{"version": 3, "name": "\0"}', "zero byte"],
  "a list": ['["version", 3]', "krakend.json is refused"],
};

for (const [name, [content, message]] of Object.entries(BAD)) {
  Deno.test(`${name} gets an error and does not touch the gateway`, async () => {
    await using place = await Playground.open();
    await place.startAndServe();
    const bytes = typeof content === "string"
      ? new TextEncoder().encode(content)
      : content;
    await Deno.writeFile(place.file, bytes);
    await place.reports(message);
    assertEquals(await place.statusOf("/one"), 200);
    assert(place.lines.every((line) => line.length < 1_000));
    await place.save("/mended");
    await place.serves("/mended");
  });
}

Deno.test("a folder where the configuration should be gets an error and does not touch the gateway", async () => {
  await using place = await Playground.open();
  await place.startAndServe();
  await Deno.remove(place.file);
  await Deno.mkdir(place.file);
  await place.reports("it is a folder");
  assertEquals(await place.statusOf("/one"), 200);
});

Deno.test("templates that call themselves get an error with their line, and do not touch the gateway", async () => {
  await using place = await Playground.open();
  await Deno.mkdir(place.path("t"));
  await place.startAndServe({ env: { FC_ENABLE: "1", FC_TEMPLATES: "t" } });
  await Deno.writeTextFile(place.path("t/a.tmpl"), '{{ template "a.tmpl" . }}');
  await Deno.writeTextFile(place.file, '{{ template "a.tmpl" . }}');
  await place.reports("t/a.tmpl:1:13: exceeded maximum template depth");
  assertEquals(await place.statusOf("/one"), 200);
});

Deno.test("a gateway that dies while the file is broken comes back with what it had", async () => {
  await using place = await Playground.open();
  const watch = await place.startAndServe({
    args: ["-v", "run", "-c", "krakend.json"],
  });
  await Deno.writeTextFile(place.file, "{");
  await place.reports("is refused");
  const [pid] = startedPids(watch.lines);
  assert(pid);
  Deno.kill(pid, "SIGKILL");
  await place.reports("was ended by SIGKILL");
  await place.restarts(1);
  assertEquals(await place.statusOf("/one"), 200);
});
