import { assertEquals } from "@std/assert";
import { join } from "@std/path";
import type { FolderEvent } from "../../../lib/watch/folder_event.ts";
import { Inotify } from "../../../lib/watch/inotify.ts";
import { libc } from "../../../lib/watch/libc.ts";
import { until, withFolder } from "../support.ts";

interface Scene {
  folder: string;
  inotify: Inotify;
  heard: FolderEvent[];
  /** Waits for an event at a path. */
  hears: (path: string, isEdit: boolean) => Promise<void>;
}

/** A test with the kernel's events of a folder. */
function withInotify(
  name: string,
  test: (scene: Scene) => Promise<void>,
): void {
  Deno.test({
    name,
    ignore: libc() === undefined,
    sanitizeOps: true,
    sanitizeResources: true,
    fn: () =>
      withFolder(async (folder) => {
        const heard: FolderEvent[] = [];
        const troubles: unknown[] = [];
        const inotify = new Inotify({
          onEvent: (event) => heard.push(event),
          onTrouble: (error) => troubles.push(error),
        });
        inotify.add(folder);
        try {
          const hears = (path: string, isEdit: boolean) =>
            until(`${path} is heard of`, () =>
              heard.some((it) =>
                it.paths[0] === path && it.isEdit === isEdit && !it.isVague
              ));
          await test({ folder, inotify, heard, hears });
          assertEquals(troubles, []);
        } finally {
          await inotify.close();
        }
      }),
  });
}

withInotify(
  "what comes, is written to, moves and goes is heard of by its path",
  async ({ folder, hears, heard }) => {
    const path = join(folder, "\u00e4 b");
    await Deno.writeTextFile(path, "");
    await hears(path, false);
    await Deno.writeTextFile(path, "1");
    await hears(path, true);
    await Deno.rename(path, `${path}.new`);
    await hears(`${path}.new`, false);
    heard.length = 0;
    await Deno.remove(`${path}.new`);
    await hears(`${path}.new`, false);
  },
);

withInotify(
  "folders can be added at any time, again too, and one that is not there does no harm",
  async ({ folder, inotify, hears }) => {
    const inner = join(folder, "inner");
    inotify.add(inner);
    await Deno.mkdir(inner);
    inotify.add(inner);
    inotify.add(inner);
    await Deno.writeTextFile(join(inner, "a"), "");
    await hears(join(inner, "a"), false);
    await Deno.remove(inner, { recursive: true });
    await hears(inner, false);
  },
);

withInotify(
  "when the kernel has lost events, anything may be other",
  async ({ folder, heard }) => {
    const most = Number(
      await Deno.readTextFile("/proc/sys/fs/inotify/max_queued_events"),
    );
    // Two events each; nobody listens until the loop is done.
    const [one, two] = [join(folder, "1"), join(folder, "2")];
    Deno.writeTextFileSync(one, "");
    for (let i = 0; i < most; i += 2) {
      Deno.renameSync(one, two);
      Deno.renameSync(two, one);
    }
    await until(
      "the loss is told",
      () => heard.some(({ isVague, paths }) => isVague && paths.length === 0),
    );
  },
);

withInotify(
  "without any folder left, the end comes all the same",
  async ({ folder, inotify }) => {
    await Deno.remove(folder, { recursive: true });
    await inotify.close();
    await Deno.mkdir(folder);
  },
);
