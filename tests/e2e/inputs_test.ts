import { assertEquals, assertMatch } from "@std/assert";
import { ensureDir } from "@std/fs";
import { dirname, join } from "@std/path";
import { Playground } from "../helpers/playground.ts";
import { hasInotify } from "../helpers/processes.ts";

const RUN = ["run", "-c", "krakend.json"];

async function write(place: Playground, name: string, text: string) {
  await ensureDir(dirname(place.path(name)));
  await Deno.writeTextFile(place.path(name), text);
}

Deno.test("a change in a file of --watch restarts the gateway and is named, wherever it is", async () => {
  await using place = await Playground.open();
  const elsewhere = await Deno.makeTempDir();
  try {
    const file = join(elsewhere, "tls.pem");
    await Deno.writeTextFile(file, "old");
    await place.startAndServe({ args: ["--watch", file, ...RUN] });
    await Deno.writeTextFile(file, "new");
    await place.reports(`${file} changed`);
    await place.restarts(1);
  } finally {
    await Deno.remove(elsewhere, { recursive: true });
  }
});

Deno.test("a file of --watch may come later, and its end counts as a change", async () => {
  await using place = await Playground.open();
  await place.startAndServe({ args: ["--watch", "late/tls.pem", ...RUN] });
  await write(place, "late/tls.pem", "here");
  await place.restarts(1);
  await Deno.remove(place.path("late"), { recursive: true });
  await place.restarts(2);
});

Deno.test("all files in a folder of --watch count, as they come, change and go", async () => {
  await using place = await Playground.open();
  await write(place, "templates/a.tmpl", "a");
  await place.startAndServe({ args: ["--watch", "templates", ...RUN] });

  await write(place, "templates/a.tmpl", "b");
  await place.reports("templates/a.tmpl changed");
  await place.restarts(1);
  await write(place, "templates/deep/er/b.tmpl", "b");
  await place.reports("templates/deep/er/b.tmpl changed");
  await place.restarts(2);
  await Deno.remove(place.path("templates/deep/er/b.tmpl"));
  await place.restarts(3);
  await write(place, "templates/.a.tmpl.swp", "Vim at work");
  await place.staysQuiet();
  assertEquals(place.starts, 4);
});

Deno.test("globs name inputs at the root of the working folder, and inverse ones take some away", async () => {
  await using place = await Playground.open();
  await place.startAndServe({
    args: ["-g", "*.tmpl", "-G", "draft*", ...RUN],
  });
  await write(place, "deep/a.tmpl", "not at the root");
  await write(place, "draft.tmpl", "taken away");
  await place.staysQuiet();
  await write(place, "a.tmpl", "a");
  await place.reports("a.tmpl changed");
  await place.restarts(1);
});

Deno.test("regexes name inputs anywhere below the working folder", async () => {
  await using place = await Playground.open();
  await place.startAndServe({
    args: ["-r", String.raw`\.tmpl$`, "-R", "^node_modules/", ...RUN],
  });
  await write(place, "node_modules/x/a.tmpl", "taken away");
  await place.staysQuiet();
  await write(place, "deep/er/a.tmpl", "a");
  await place.reports("deep/er/a.tmpl changed");
  await place.restarts(1);
});

Deno.test("a pattern that makes no sense is refused by name", async () => {
  await using place = await Playground.open();
  const watch = place.start({ args: ["-r", "(", ...RUN] });
  assertEquals((await watch.status).code, 2);
  assertEquals(place.count('"("'), 1);
});

Deno.test("--list shows every input, why it is one and how it is watched, and exits", async () => {
  await using place = await Playground.open();
  await write(place, "conf/a.tmpl", "a");
  await Deno.symlink(place.path("conf/a.tmpl"), place.path("link.tmpl"));
  const watch = place.start({
    args: ["--list", "-g", "*.tmpl", "--watch", "missing", ...RUN],
  });
  assertEquals((await watch.status).code, 0);
  const line = (name: string) =>
    watch.lines.find((line) => line.startsWith(`${place.path(name)} `)) ?? "";
  assertEquals(watch.lines.length, 3);
  assertMatch(
    line("krakend.json"),
    / the configuration +events, sweep every 500 ms/,
  );
  assertMatch(line("link.tmpl"), / matches the patterns .* -> .*conf\/a.tmpl$/);
  assertMatch(line("missing"), / --watch missing .* \(missing\)$/);
});

Deno.test("--poll sees changes without asking for events", async () => {
  await using place = await Playground.open();
  const watch = await place.startAndServe({ args: ["--poll=50ms", ...RUN] });
  await place.save("/polled");
  await place.serves("/polled");
  if (Deno.build.os === "linux") {
    assertEquals(hasInotify(watch.pid), false);
  }
});

Deno.test("a gateway does not wait for a tree with many folders, is not restarted when that is known, and is by a change deep in it", async () => {
  await using place = await Playground.open();
  for (let i = 0; i < 1_100; i++) {
    await ensureDir(place.path(`many/${i % 10}/${i}`));
  }
  await write(place, "many/7/77/a.tmpl", "1");
  const watch = await place.startAndServe({
    args: ["-r", String.raw`\.tmpl$`, ...RUN],
  });
  await place.staysQuiet();
  assertEquals(place.starts, 1);

  await write(place, "many/7/77/a.tmpl", "2");
  await place.reports("many/7/77/a.tmpl changed");
  await place.restarts(1);
  await write(place, "many/8/new/er/b.tmpl", "1");
  await place.reports("many/8/new/er/b.tmpl changed");
  await place.restarts(2);
  await Deno.rename(place.path("many/8"), place.path("many/moved"));
  await place.restarts(3);
  await write(place, "many/moved/new/er/b.tmpl", "2");
  await place.restarts(4);

  watch.signal("SIGTERM");
  assertEquals((await watch.status).code, 0);
});

Deno.test("our own temporary files in a watched folder do not count, and others do", async () => {
  await using place = await Playground.open();
  await write(place, "tmp/a", "1");
  await place.startAndServe({
    args: ["--watch", "tmp", ...RUN],
    env: { TMPDIR: place.path("tmp") },
  });
  // Its check writes a copy of the configuration there.
  await place.save("/two");
  await place.serves("/two");
  await place.restarts(1);
  await place.staysQuiet();
  assertEquals(place.starts, 2);
  await write(place, "tmp/a", "2");
  await place.restarts(2);
});
