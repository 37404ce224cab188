import { assert, assertEquals } from "@std/assert";
import { join } from "@std/path";
import { Playground } from "../helpers/playground.ts";
import { writeScript } from "../helpers/processes.ts";

const RUN = ["run", "-c", "krakend.json"];
const WENT_BACK = "going back to the last configuration that worked";
const GOES_ON = "the one that runs goes on";

/**
 * A configuration that passes every check and cannot run: its port is taken.
 *
 * @param extra_config With metrics, which have a listener of their own, it
 * cannot be tried beside the gateway that runs.
 */
function blocked(place: Playground, extra_config = {}) {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const settings = { port: listener.addr.port, extra_config };
  return {
    text: place.configWith(settings, "/blocked"),
    [Symbol.dispose]: () => listener.close(),
  };
}

const METRICS = { "telemetry/metrics": {} };

Deno.test("a configuration whose port is taken never takes the place of the gateway that runs", async () => {
  await using place = await Playground.open();
  using wrong = blocked(place);
  await place.startAndServe();
  await Deno.writeTextFile(place.file, wrong.text);
  await place.reports(GOES_ON);
  await place.reports("it said: ");
  assertEquals(await place.statusOf("/one"), 200);
  assertEquals([place.starts, place.count(WENT_BACK)], [1, 0]);

  await place.save("/one");
  await place.reports("is again as the gateway knows it");
  await place.save("/mended");
  await place.serves("/mended");
});

Deno.test("a configuration whose port is taken gives way to the last one that worked, and the log's line says why", async () => {
  await using place = await Playground.open();
  using wrong = blocked(place, METRICS);
  await place.startAndServe();
  await Deno.writeTextFile(place.file, wrong.text);
  await place.reports(WENT_BACK);
  await place.reports("with the configuration that worked");
  assertEquals(await place.statusOf("/one"), 200);
  assert(
    place.count("it said: ") === 1 && place.count("address already in use") > 1,
    place.lines.join("\n"),
  );

  await place.save("/mended");
  await place.serves("/mended");
});

Deno.test("a gateway that was brought back stays when the file is again what it runs with", async () => {
  await using place = await Playground.open();
  using wrong = blocked(place, METRICS);
  await place.startAndServe();
  await Deno.writeTextFile(place.file, wrong.text);
  await place.reports("with the configuration that worked");
  await place.save("/one");
  await place.reports("is again as the gateway knows it");
  await place.staysQuiet();
  assertEquals(place.starts, 2);
});

Deno.test("a gateway that runs and does not answer gives way after the ready timeout", async () => {
  await using place = await Playground.open();
  await writeScript(
    place.folder,
    "gateway",
    `[ "$1" = run ] && grep -q silent krakend.json && [ "$4" = "" ] && exec sleep 1000
     exec "${place.gateway}" "$@"`,
  );
  await place.startAndServe({
    args: ["--ready-timeout", "1s", ...RUN],
    env: { KRAKEND_BIN: place.path("gateway") },
  });
  await place.save("/silent");
  await place.reports("does not answer");
  await place.reports("with the configuration that worked");
  assertEquals(await place.statusOf("/one"), 200);
});

Deno.test("what was made from templates is run again as it was made", async () => {
  await using place = await Playground.open();
  using wrong = blocked(place, METRICS);
  await Deno.mkdir(place.path("templates"));
  await Deno.writeTextFile(
    place.path("templates/all.tmpl"),
    place.config("/one"),
  );
  await Deno.writeTextFile(place.file, '{{ template "all.tmpl" . }}');
  await place.startAndServe({
    env: { FC_ENABLE: "1", FC_TEMPLATES: "templates" },
  });
  await Deno.writeTextFile(place.path("templates/all.tmpl"), wrong.text);
  await place.reports("with the configuration that worked");
  assertEquals(await place.statusOf("/one"), 200);
});

Deno.test("--no-rollback tries a configuration again that cannot run", async () => {
  await using place = await Playground.open();
  using wrong = blocked(place, METRICS);
  await place.startAndServe({ args: ["--no-rollback", ...RUN] });
  await Deno.writeTextFile(place.file, wrong.text);
  await place.reports("unasked; next start in", 2);
  assertEquals(place.count(WENT_BACK), 0);
});

Deno.test("--no-rollback tries a configuration again beside the gateway that runs, where both can", async () => {
  await using place = await Playground.open();
  const wrong = blocked(place);
  await place.startAndServe({ args: ["--no-rollback", ...RUN] });
  await Deno.writeTextFile(place.file, wrong.text);
  await place.reports(GOES_ON, 2);
  assertEquals(await place.statusOf("/one"), 200);
  wrong[Symbol.dispose]();
  await place.restarts(1);
});

Deno.test("the first configuration has nothing to go back to, and is tried again", async () => {
  await using place = await Playground.open();
  const wrong = blocked(place);
  await Deno.writeTextFile(place.file, wrong.text);
  place.start();
  await place.reports("unasked; next start in");
  wrong[Symbol.dispose]();
  await place.reports("ready in ");
});

Deno.test("copies are for nobody else to read, and are gone at the end", async () => {
  await using place = await Playground.open();
  await Deno.mkdir(place.path("tmp"));
  const watch = await place.startAndServe({
    env: { TMPDIR: place.path("tmp") },
  });
  const [own] = [...Deno.readDirSync(place.path("tmp"))]
    .filter(({ name }) => name.startsWith("krakend-watch-"))
    .map(({ name }) => join(place.path("tmp"), name));
  assert(own, "there is a private folder");
  const copies = [...Deno.readDirSync(own)].filter(({ name }) =>
    name.startsWith("configuration-")
  );
  assertEquals(copies.length, 1);
  const { mode } = Deno.statSync(join(own, copies[0]?.name ?? ""));
  assertEquals((mode ?? 0) & 0o777, 0o600);
  assertEquals((Deno.statSync(own).mode ?? 0) & 0o777, 0o700);
  watch.signal("SIGTERM");
  await watch.status;
  assertEquals([...Deno.readDirSync(place.path("tmp"))], []);
});
