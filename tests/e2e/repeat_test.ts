import { assert, assertEquals } from "@std/assert";
import { Playground } from "../helpers/playground.ts";
import { writeScript } from "../helpers/processes.ts";
import { statusOf } from "../../scripts/lab/status.ts";

const CHECK = ["check", "-c", "krakend.json"];

Deno.test("a check is repeated at every change, and says pass or fail in one line each time", async () => {
  await using place = await Playground.open();
  const watch = place.start({ args: CHECK });
  await place.reports("krakend-watch: check passed (");
  await Deno.writeTextFile(place.file, '{\n  "version": 3,\n}');
  await place.reports("krakend-watch: error: check failed");
  await place.save("/two");
  await place.reports("krakend-watch: check passed (", 2);
  assertEquals(await statusOf(place.port, "/two"), undefined);
  watch.signal("SIGTERM");
  assertEquals((await watch.status).code, 0);
});

Deno.test("a fault is printed as editors read it, at the beginning of a line", async () => {
  await using place = await Playground.open();
  await Deno.writeTextFile(place.file, '{\n  "version": 3,\n}');
  place.start({ args: CHECK });
  // It is printed to standard output: what comes first of two streams is chance.
  await place.until(
    "the place is at the beginning of a line",
    () => place.lines.some((line) => line.startsWith("krakend.json:2:15: ")),
  );
  await place.reports("check failed");
});

Deno.test("with --log-format=json, every line of ours is an object, and a fault has its place", async () => {
  await using place = await Playground.open();
  await Deno.writeTextFile(place.file, '{\n  "version": 3,\n}');
  place.start({ args: ["--log-format=json", ...CHECK] });
  await place.reports('"level":"error"');
  const line = place.lines.find((line) => line.includes('"level":"error"'));
  const { time, ...rest } = JSON.parse(line ?? "");
  assert(!Number.isNaN(Date.parse(time)));
  assertEquals(rest, {
    level: "error",
    event: "failed",
    message: "check failed",
    reason: "krakend.json:2:15: there is a comma too many, before the end\n" +
      "krakend: invalid character '}' looking for beginning of object key string",
    command: [place.gateway, ...CHECK],
    file: "krakend.json",
    line: 2,
    column: 15,
  });
});

Deno.test("a template's change repeats the check, and FC_OUT is left alone", async () => {
  await using place = await Playground.open();
  await Deno.mkdir(place.path("t"));
  await Deno.writeTextFile(place.path("t/all.tmpl"), place.config("/one"));
  await Deno.writeTextFile(place.file, '{{ template "all.tmpl" . }}');
  const out = place.path("t/out.json");
  await Deno.writeTextFile(out, "mine");
  const env = { FC_ENABLE: "1", FC_TEMPLATES: "t", FC_OUT: out };
  place.start({ args: CHECK, env });
  await place.reports("check passed");
  await Deno.writeTextFile(place.path("t/all.tmpl"), "{{ nothing }}");
  await place.reports("t/all.tmpl:1:1: ");
  assertEquals(await Deno.readTextFile(out), "mine");
});

Deno.test("plugins are tested again when one of them is built again", async () => {
  await using place = await Playground.open();
  const gateway = await writeScript(
    place.folder,
    "gateway",
    'echo "args: $*"; ! grep -q broken b.so',
  );
  await Deno.writeTextFile(place.path("a.so"), "1");
  await Deno.writeTextFile(place.path("b.so"), "1");
  place.start({
    args: ["test-plugin", "-s", "a.so", "b.so"],
    env: { KRAKEND_BIN: gateway },
  });
  await place.reports("test-plugin passed");
  await Deno.writeTextFile(place.path("b.so"), "broken");
  await place.reports("test-plugin failed");
  await place.reports("args: test-plugin -s a.so b.so", 2);
});

Deno.test("of a file that is gone, a repeated check says so, and gives no place", async () => {
  await using place = await Playground.open();
  place.start({ args: CHECK });
  await place.reports("check passed (");
  await Deno.remove(place.file);
  await place.reports("check failed");
  await place.reports("no such file");
  assertEquals(place.count("krakend.json:1:1"), 0, place.lines.join("\n"));
});
