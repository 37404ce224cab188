import { assertEquals } from "@std/assert";
import { Playground } from "../helpers/playground.ts";

const SECRET = "hunter2";

Deno.test("what a new configuration changes is reported in KrakenD's terms, and no secret", async () => {
  await using place = await Playground.open();
  await place.startAndServe();
  const settings = (value: string) => ({
    extra_config: { "any/thing": { client_secret: value, size: value.length } },
  });

  const text = place.configWith(settings("a"), "/one", "/two");
  await Deno.writeTextFile(place.file, text);
  await place.reports("+1 endpoint GET /two");
  await place.reports("any/thing added");
  await place.restarts(1);

  const other = place.configWith(settings(SECRET), "/two", "/one");
  await Deno.writeTextFile(place.file, other);
  await place.reports("endpoints in another order");
  await place.reports("any/thing.client_secret changed");
  await place.reports("any/thing.size 1 → 7");
  await place.restarts(2);

  await Deno.writeTextFile(place.file, `${other}\n\n`);
  await place.reports("the same settings, written otherwise");
  await place.restarts(3);
  assertEquals(place.count(SECRET), 0);
});

Deno.test("a host that krakend refuses is named without its password", async () => {
  await using place = await Playground.open();
  await place.startAndServe();
  for (const password of [SECRET, `p/${SECRET}`, `p ${SECRET}`]) {
    const before = place.count("is refused");
    const host = [`http://me:${password}@b`];
    await Deno.writeTextFile(place.file, place.configWith({ host }, "/one"));
    await place.reports("is refused", before + 1);
    await place.reports("host … not valid: invalid host", before + 1);
  }
  // The gateway's own log is not ours to change.
  const ours = place.lines.filter((line) => line.startsWith("krakend-watch:"));
  assertEquals(ours.filter((line) => line.includes(SECRET)), []);
});

Deno.test("a listing by krakend check is repeated without the secrets that are in it", async () => {
  await using place = await Playground.open();
  const component = {
    password: SECRET,
    headers: { Authorization: [`Bearer ${SECRET}`] },
    list: ["harmless"],
  };
  const extra_config = { "any/thing": component };
  const text = place.configWith({ extra_config }, "/one");
  await Deno.writeTextFile(place.file, text);
  place.start({ args: ["check", "-ddd", "-c", "krakend.json"] });
  await place.reports("check passed");
  await place.reports("list: […]");
  await place.reports("password: …");
  assertEquals(place.count(SECRET), 0);
  const once = place.start({
    args: ["--once", "check", "-ddd", "-c", "krakend.json"],
  });
  await once.status;
  await place.reports("password: …");
  assertEquals(place.count(SECRET), 0);
});
