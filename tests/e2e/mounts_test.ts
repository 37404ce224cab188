import { assert, assertEquals } from "@std/assert";
import { join } from "@std/path";
import { Playground } from "../helpers/playground.ts";
import { succeeds } from "../helpers/processes.ts";

/** A program around one that gives it mounts of its own. */
const MOUNTS = ["unshare", "--mount"];

/** Whether this system lets tests mount: root, mostly. */
const canMount = await succeeds(...MOUNTS, "true");

/** A program around one that mounts something first, for it alone. */
function mounted(...args: string[]): string[] {
  const mount = `mount ${args.map((arg) => `'${arg}'`).join(" ")}`;
  return [...MOUNTS, "sh", "-c", `${mount} && exec "$@"`, "sh"];
}

/** An overlay in which nothing was written yet. */
function overlay(place: Playground): string[] {
  const layers = ["lower", "upper", "work"].map((name) =>
    `${name}dir=${place.path(name)}`
  );
  const options = ["-o", layers.join(",")];
  return mounted("-t", "overlay", "overlay", ...options, place.path("conf"));
}

Deno.test({
  name:
    "a folder that is mounted over is read, and again when the mount is gone",
  ignore: !canMount,
  async fn() {
    await using place = await Playground.open();
    const conf = place.path("conf");
    await Deno.mkdir(conf);
    await Deno.mkdir(place.path("other"));
    await Deno.rename(place.file, join(conf, "krakend.json"));
    await Deno.writeTextFile(
      place.path("other/krakend.json"),
      place.config("/mounted"),
    );
    const watch = await place.startAndServe({
      args: ["run", "-c", "conf/krakend.json"],
      wrapper: MOUNTS,
    });
    const inside = ["nsenter", `--target=${watch.pid}`, "--mount"];
    await succeed(...inside, "mount", "--bind", place.path("other"), conf);
    await place.serves("/mounted");
    await Deno.writeTextFile(
      place.path("other/krakend.json"),
      place.config("/mounted/edited"),
    );
    await place.serves("/mounted/edited");
    await succeed(...inside, "umount", conf);
    await place.serves("/one");
  },
});

Deno.test({
  name:
    "a file that is mounted alone is served, and one warning says to mount its folder",
  ignore: !canMount,
  async fn() {
    await using place = await Playground.open();
    const original = place.path("original.json");
    await Deno.copyFile(place.file, original);
    await place.startAndServe({
      wrapper: mounted("--bind", original, place.file),
    });
    await place.reports("krakend.json is mounted as a single file");
    assertEquals(place.count("mount its folder instead"), 1);
    await Deno.writeTextFile(original, place.config("/in/place"));
    await place.serves("/in/place");
    await place.restarts(1);

    // As most editors save: the mount keeps the file that it was made of.
    await Deno.writeTextFile(place.path("new.json"), place.config("/lost"));
    await Deno.rename(place.path("new.json"), original);
    await place.staysQuiet();
    assertEquals(place.starts, 2);
  },
});

Deno.test({
  name:
    "an edit in the lower layer of an overlay, which gives no event, is served",
  ignore: !canMount,
  async fn(t) {
    await using place = await Playground.open();
    for (const name of ["lower", "upper", "work", "conf"]) {
      await Deno.mkdir(place.path(name));
    }
    await Deno.rename(place.file, place.path("lower/krakend.json"));
    const wrapper = overlay(place);
    await t.step({
      name: "where overlays can be mounted",
      ignore: !await succeeds(...wrapper, "true"),
      async fn() {
        const args = ["run", "-c", "conf/krakend.json"];
        await place.startAndServe({ args, wrapper });
        const lower = place.path("lower/krakend.json");
        await Deno.writeTextFile(lower, place.config("/lower"));
        await place.serves("/lower");
      },
    });
  },
});

async function succeed(...command: string[]): Promise<void> {
  assert(await succeeds(...command), command.join(" "));
}
