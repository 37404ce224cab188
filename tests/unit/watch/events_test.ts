import { assertEquals } from "@std/assert";
import { ensureDir } from "@std/fs";
import { join } from "@std/path";
import { FolderEvents, type Ground } from "../../../lib/watch/events.ts";
import { type Folder, foldersOf } from "../../../lib/watch/folders.ts";
import { until, withFolder } from "../support.ts";

/** These folders, each watched by itself. */
function each(folders: readonly Folder[]): Ground {
  return { folders, roots: [] };
}

/** Folder events for a file in a folder of its own, on the real file system. */
interface Scene {
  folder: string;
  file: string;
  events: FolderEvents;
  /** Watches what is to be watched for the file now. */
  watch: () => Promise<boolean>;
  /** Waits for a hint that comes after a deed. */
  hintAfter: (deed: () => Promise<unknown>) => Promise<void>;
  hints: () => number;
}

function withEvents(test: (scene: Scene) => Promise<void>): Promise<void> {
  return withFolder(async (root) => {
    const folder = join(root, "etc");
    const file = join(folder, "krakend.json");
    await ensureDir(folder);
    await Deno.writeTextFile(file, "{}");
    let hints = 0;
    const troubles: unknown[] = [];
    const events = new FolderEvents({
      onEvent: () => hints++,
      onTrouble: (error) => troubles.push(error),
    });
    try {
      await test({
        folder,
        file,
        events,
        watch: () => events.watch(each(foldersOf([file]))),
        hintAfter: async (deed) => {
          const before = hints;
          await deed();
          await until("there is a hint", () => hints > before);
        },
        hints: () => hints,
      });
      assertEquals(troubles, []);
    } finally {
      await events.close();
    }
  });
}

/** Ways to change a file, with `other` beside it. */
const DEEDS: Record<string, (file: string, other: string) => Promise<void>> = {
  "writing": (file) => Deno.writeTextFile(file, "[]"),
  "appending": (file) => Deno.writeTextFile(file, "[]", { append: true }),
  "emptying": (file) => Deno.truncate(file),
  "renaming another file over": (file, other) => Deno.rename(other, file),
  "removing": (file) => Deno.remove(file),
  "moving away": (file) => Deno.rename(file, `${file}.old`),
};

for (const [name, deed] of Object.entries(DEEDS)) {
  Deno.test(`${name} the file is a hint`, () =>
    withEvents(async ({ folder, file, watch, hintAfter }) => {
      const other = join(folder, "other");
      await Deno.writeTextFile(other, "[]");
      await watch();
      await hintAfter(() => deed(file, other));
    }));
}

Deno.test("a file that appears is a hint", () =>
  withEvents(async ({ file, watch, hintAfter }) => {
    await Deno.remove(file);
    await watch();
    await hintAfter(() => Deno.writeTextFile(file, "[]"));
  }));

Deno.test("a folder that was replaced is heard again once it is looked for", () =>
  withEvents(async ({ folder, file, watch, hintAfter }) => {
    await watch();
    await hintAfter(() => Deno.remove(folder, { recursive: true }));
    await ensureDir(folder);
    await watch();
    await hintAfter(() => Deno.writeTextFile(file, "[]"));
  }));

Deno.test("a folder that went and came back while nobody looked is heard again", () =>
  withEvents(async ({ folder, file, watch, hintAfter }) => {
    await watch();
    await watch();
    await hintAfter(async () => {
      await Deno.rename(folder, `${folder}.old`);
      await Deno.rename(`${folder}.old`, folder);
    });
    await watch();
    await hintAfter(() => Deno.writeTextFile(file, "[]"));
  }));

Deno.test("nothing is heard after the end", () =>
  withEvents(async ({ events, file, watch, hints }) => {
    await watch();
    await events.close();
    const before = hints();
    for (let i = 0; i < 100; i++) await Deno.writeTextFile(file, `${i}`);
    assertEquals(hints(), before);
  }));
