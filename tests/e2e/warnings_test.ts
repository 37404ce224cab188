import { assertEquals } from "@std/assert";
import { Playground } from "../helpers/playground.ts";
import { writeScript } from "../helpers/processes.ts";

const RUN = ["run", "-c", "krakend.json"];

Deno.test("a name that stands twice is warned of, once, and served", async () => {
  await using place = await Playground.open();
  await place.startAndServe();
  const twice = (path: string) =>
    place.config(path).replace('"version": 3,', '"version": 3, "version": 3,');
  await Deno.writeTextFile(place.file, twice("/two"));
  await place.serves("/two");
  await place.reports("warning: krakend.json:3:17: this name stands in line 3");
  await Deno.writeTextFile(place.file, twice("/three"));
  await place.serves("/three");
  await place.restarts(2);
  assertEquals(place.count("this name stands"), 1);
});

/** A krakend with a schema that knows no setting "nope". */
async function withSchema(place: Playground): Promise<string> {
  return await writeScript(
    place.folder,
    "gateway",
    `[ "$1 $2" = "check --lint-no-network" ] && grep -q nope krakend.json && {
       echo "ERROR linting the configuration file:	jsonschema validation failed with 'schema.json'"
       echo "- at '': additional properties 'nope' not allowed"; exit 1; }
     exec "${place.gateway}" "$@"`,
  );
}

Deno.test("--lint warns of what the schema does not know, and serves it", async () => {
  await using place = await Playground.open();
  const env = { KRAKEND_BIN: await withSchema(place) };
  await place.startAndServe({ args: ["--lint", ...RUN], env });
  await Deno.writeTextFile(place.file, place.configWith({ nope: 1 }, "/two"));
  await place.serves("/two");
  await place.reports("warning: at '': additional properties 'nope'");
});

Deno.test("--lint=error refuses what the schema does not know", async () => {
  await using place = await Playground.open();
  const env = { KRAKEND_BIN: await withSchema(place) };
  await place.startAndServe({ args: ["--lint=error", ...RUN], env });
  await Deno.writeTextFile(place.file, place.configWith({ nope: 1 }, "/two"));
  await place.reports("is refused");
  await place.reports("additional properties 'nope' not allowed");
  assertEquals(await place.statusOf("/one"), 200);
});
