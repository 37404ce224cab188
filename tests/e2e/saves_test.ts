import { assertEquals } from "@std/assert";
import { dirname } from "@std/path";
import { PATIENT, Playground } from "../helpers/playground.ts";
import { succeeds } from "../helpers/processes.ts";

Deno.test("a file written in place is served", async () => {
  await using place = await Playground.open();
  await place.startAndServe();
  await place.save("/one", "/two");
  await place.serves("/two");
});

Deno.test("a file written in parts is served once it is whole, and never refused", async () => {
  await using place = await Playground.open();
  await place.startAndServe({ args: PATIENT });

  const text = place.config("/one", "/parts");
  const bytes = new TextEncoder().encode(text);
  {
    using file = await Deno.create(place.file);
    for (let start = 0; start < bytes.length; start += 64) {
      await file.write(bytes.subarray(start, start + 64));
      await file.sync();
    }
  }

  await place.serves("/parts");
  assertEquals(place.count("refused"), 0);
});

Deno.test("a file that another one is renamed over is served, again and again", async () => {
  await using place = await Playground.open();
  await place.startAndServe();
  for (const endpoint of ["/a", "/b", "/c"]) {
    await Deno.writeTextFile(place.path(".new"), place.config(endpoint));
    await Deno.rename(place.path(".new"), place.file);
    await place.serves(endpoint);
  }
});

Deno.test("a file saved as Vim does it, by way of a backup, is served, again and again", async () => {
  await using place = await Playground.open();
  await place.startAndServe({ args: PATIENT });
  for (const endpoint of ["/a", "/b"]) {
    await Deno.writeTextFile(place.path("4913"), "");
    await Deno.remove(place.path("4913"));
    await Deno.rename(place.file, place.path("krakend.json~"));
    await Deno.writeTextFile(place.file, place.config(endpoint));
    await Deno.chmod(place.file, 0o644);
    await Deno.remove(place.path("krakend.json~"));
    await place.serves(endpoint);
  }
  assertEquals(place.count("refused"), 0);
});

Deno.test("a file that is gone for long does not touch the gateway, and is served when it comes back", async () => {
  await using place = await Playground.open();
  await place.startAndServe();

  await Deno.remove(place.file);
  await place.reports("is refused");
  assertEquals(await place.statusOf("/one"), 200);

  await place.save("/back");
  await place.serves("/back");
});

Deno.test("a file that comes back as it was restarts nothing", async () => {
  await using place = await Playground.open();
  await place.startAndServe();
  await Deno.remove(place.file);
  await place.reports("is refused");
  await place.save("/one");
  await place.reports("is again as the gateway has it");
  await place.staysQuiet();
  assertEquals(place.starts, 1);
});

Deno.test("chmod, touch and saves that change nothing restart nothing", async () => {
  await using place = await Playground.open();
  await place.startAndServe();
  await Deno.chmod(place.file, 0o600);
  await Deno.utime(place.file, new Date(), new Date());
  await place.save("/one");
  await Deno.writeTextFile(place.path(".new"), place.config("/one"));
  await Deno.rename(place.path(".new"), place.file);
  await place.staysQuiet();
  assertEquals(place.starts, 1);
});

Deno.test("other files in the folder restart nothing", async () => {
  await using place = await Playground.open();
  await place.startAndServe();
  await Deno.writeTextFile(place.path("notes.txt"), "not a configuration");
  await Deno.writeTextFile(place.path("krakend.json.bak"), "{");
  await place.staysQuiet();
  assertEquals(place.starts, 1);
});

Deno.test("a file of the same size and time stamps, but of another content, is served", async () => {
  await using place = await Playground.open();
  await place.save("/one", "/aaa");
  await place.startAndServe();
  const { atime, mtime } = await Deno.stat(place.file);

  await place.save("/one", "/bbb");
  await Deno.utime(place.file, atime ?? 0, mtime ?? 0);

  await place.serves("/bbb");
});

/** Root may read everything: unless it goes without that right, as in most containers. */
const UNPRIVILEGED = Deno.build.os !== "windows" && Deno.uid() === 0
  ? ["setpriv", "--bounding-set=-dac_override,-dac_read_search"]
  : [];

Deno.test({
  name:
    "a file or folder that is unreadable for a while does not touch the gateway, and counts again when it can be read",
  ignore: !await succeeds(...UNPRIVILEGED, "true"),
  async fn() {
    await using place = await Playground.open();
    await Deno.mkdir(place.path("conf"));
    const file = place.path("conf/krakend.json");
    await Deno.rename(place.file, file);
    await place.startAndServe({
      args: ["run", "-c", "conf/krakend.json"],
      wrapper: UNPRIVILEGED,
    });
    let refusals = 0;
    for (
      const [path, mode] of [[file, 0o644], [dirname(file), 0o755]] as const
    ) {
      await Deno.chmod(path, 0);
      await place.reports("permission denied", ++refusals);
      await Deno.chmod(path, mode);
      await place.reports("is again as the gateway has it", refusals);
    }
    assertEquals(place.starts, 1);

    await Deno.chmod(file, 0);
    await place.reports("permission denied", ++refusals);
    await Deno.remove(file);
    await Deno.writeTextFile(file, place.config("/other"), { mode: 0 });
    await Deno.chmod(file, 0o644);
    await place.serves("/other");
  },
});

Deno.test({
  name:
    "in a folder that may be entered and not read, files are compared, and one warning says what is missing",
  ignore: !await succeeds(...UNPRIVILEGED, "true"),
  async fn() {
    await using place = await Playground.open();
    const folder = place.path("conf");
    await Deno.mkdir(folder);
    const file = place.path("conf/krakend.json");
    await Deno.rename(place.file, file);
    await Deno.chmod(folder, 0o311);
    await place.startAndServe({
      args: ["run", "-c", "conf/krakend.json"],
      wrapper: UNPRIVILEGED,
    });
    await Deno.writeTextFile(file, place.config("/looked/at"));
    await place.serves("/looked/at");
    assertEquals(place.count("warning: No file system events"), 1);
    assertEquals(place.count("let this user read the folder"), 1);

    await Deno.chmod(folder, 0o755);
    await Deno.writeTextFile(file, place.config("/readable"));
    await place.serves("/readable");
    assertEquals(place.count("warning: No file system events"), 1);
  },
});
