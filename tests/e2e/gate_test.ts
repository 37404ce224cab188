import { assertEquals } from "@std/assert";
import { delay } from "@std/async";
import { Playground } from "../helpers/playground.ts";

Deno.test("a broken file is reported once, with the message of the check, and the gateway goes on", async () => {
  await using place = await Playground.open();
  await place.startAndServe();

  await Deno.writeTextFile(place.file, '{"version": 3, "port": }');
  await place.reports("krakend.json is refused");
  await place.reports("invalid character '}'");
  await place.staysQuiet();

  assertEquals(place.count("is refused"), 1);
  assertEquals(place.starts, 1);
  assertEquals(await place.statusOf("/one"), 200);
});

Deno.test("a broken file that is mended is served", async () => {
  await using place = await Playground.open();
  await place.startAndServe();
  await Deno.writeTextFile(place.file, "{");
  await place.reports("is refused");
  await place.save("/mended");
  await place.serves("/mended");
});

Deno.test("a file that is empty, and then half, for less than the settle time is never reported", async () => {
  await using place = await Playground.open();
  await place.startAndServe({
    args: ["--settle", "5s", "run", "-c", "krakend.json"],
  });
  const text = place.config("/whole");
  for (const part of ["", text.slice(0, 20), text.slice(0, text.length / 2)]) {
    await Deno.writeTextFile(place.file, part);
    // Time enough for a check to fail: the editor pauses, it is not done.
    await delay(200);
  }
  await Deno.writeTextFile(place.file, text);
  await place.serves("/whole");
  assertEquals(place.count("refused"), 0);
});

Deno.test("half a YAML file passes the check, and still is not served before the file is still", async () => {
  await using place = await Playground.open();
  const yaml = (...endpoints: readonly string[]) =>
    `version: 3\nport: ${place.port}\nlisten_ip: 127.0.0.1\nendpoints:\n` +
    endpoints.map((endpoint) =>
      `  - endpoint: ${endpoint}\n    backend:\n` +
      `      - host: ["${place.backend.url}"]\n        url_pattern: ${endpoint}\n`
    ).join("");
  const file = place.path("krakend.yml");
  await Deno.writeTextFile(file, yaml("/one"));
  await place.startAndServe({
    args: ["--settle", "1s", "run", "-c", "krakend.yml"],
  });

  await Deno.writeTextFile(file, yaml("/half"));
  await delay(200);
  await Deno.writeTextFile(file, yaml("/half", "/whole"));
  await place.serves("/whole");

  await place.restarts(1);
  assertEquals(place.starts, 2);
});

Deno.test("a file that is broken from the start is reported, and served once it is mended", async () => {
  await using place = await Playground.open();
  await Deno.writeTextFile(place.file, "{");
  place.start();
  await place.reports("no gateway runs until it is mended");
  await place.save("/mended");
  await place.serves("/mended");
});

Deno.test("--no-check restarts without a check, but not with an empty file", async () => {
  await using place = await Playground.open();
  await place.startAndServe({
    args: ["--no-check", "--no-overlap", "run", "-c", "krakend.json"],
  });
  await Deno.writeTextFile(place.file, "");
  await place.reports("the file is empty");
  assertEquals(await place.statusOf("/one"), 200);

  await Deno.writeTextFile(place.file, place.configWith({ version: 2 }));
  await place.reports("going back to the last configuration that worked");
  await place.save("/mended");
  await place.serves("/mended");
});

Deno.test("a check does not touch FC_OUT of the user, and the gateway writes it", async () => {
  await using place = await Playground.open();
  const out = place.path("out.json");
  const env = { FC_ENABLE: "1", FC_OUT: out };
  await place.startAndServe({ env });
  await place.reports("ready in");
  const served = await Deno.readTextFile(out);

  await Deno.writeTextFile(place.file, '{"version": 3, "port": }');
  await place.reports("is refused");
  assertEquals(await Deno.readTextFile(out), served);

  await place.save("/two");
  await place.until(
    "FC_OUT has what is served",
    async () => await Deno.readTextFile(out) === place.config("/two"),
  );
});

Deno.test("a broken file is shown with the line at fault, and an accepted one with what it changes", async () => {
  await using place = await Playground.open();
  await place.startAndServe();
  await Deno.writeTextFile(place.file, '{\n  "version": 3,\n}');
  await place.reports("krakend.json:2:15: there is a comma too many");
  await place.reports('> 2 |   "version": 3,');
  await place.save("/two");
  await place.reports("+1 endpoint GET /two, -1 endpoint GET /one");
});

Deno.test("a template that fails is served as it stands if KrakenD takes it so, with a warning", async () => {
  await using place = await Playground.open();
  const out = place.path("out.json");
  await place.startAndServe({ env: { FC_ENABLE: "1", FC_OUT: out } });
  const compiled = await Deno.readTextFile(out);
  const name = JSON.stringify("{{ index .nothing 1 }}");
  await Deno.writeTextFile(
    place.file,
    place.config("/two").replace(/"name": .*,/, `"name": ${name},`),
  );
  await place.reports("warning: krakend.json:4:");
  await place.reports("KrakenD reads the file as it stands");
  await place.serves("/two");
  // As KrakenD leaves it.
  assertEquals(await Deno.readTextFile(out), compiled);
});
