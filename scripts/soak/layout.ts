/**
 * Where a configuration lies, and all the ways in which it is written there.
 *
 * @module
 */

import { delay } from "@std/async";
import { ensureDir } from "@std/fs";
import { dirname, join } from "@std/path";
import type { Random } from "./random.ts";

/** How a configuration comes to its place. */
export interface Layout {
  /** The file that krakend-watch is given, relative to the working folder. */
  readonly configFile: string;
  /** More variables for krakend-watch. */
  readonly env: Readonly<Record<string, string>>;
  /** The names of the ways to write. */
  readonly ways: readonly string[];
  /** Prepares the folder with a first text. */
  prepare(text: string): Promise<void>;
  /** Writes a text in one of the ways. */
  write(way: string, text: string, random: Random): Promise<void>;
  /** Removes the file. */
  remove(): Promise<void>;
}

/** The most pieces of a file that is written in parts, and the longest pause after one, in milliseconds. */
const MOST_PIECES = 4;
const LONGEST_PAUSE_MS = 80;

/** A way to write a text to a path. */
type Way = (path: string, text: string, random: Random) => Promise<void>;

/** How editors and tools write files. */
const WAYS = {
  "in place": (path, text) => Deno.writeTextFile(path, text),
  async "in parts"(path, text, random) {
    using file = await Deno.create(path);
    const bytes = new TextEncoder().encode(text);
    const size = Math.ceil(bytes.length / random.between(2, MOST_PIECES));
    for (let at = 0; at < bytes.length; at += size) {
      await writeAll(file, bytes.subarray(at, at + size));
      await delay(random.between(1, LONGEST_PAUSE_MS));
    }
  },
  async "emptied first"(path, text, random) {
    await Deno.writeTextFile(path, "");
    await delay(random.between(1, LONGEST_PAUSE_MS));
    await Deno.writeTextFile(path, text);
  },
  async "by a rename"(path, text) {
    await Deno.writeTextFile(`${path}.new`, text);
    await Deno.rename(`${path}.new`, path);
  },
  async "as Vim does"(path, text, random) {
    await Deno.rename(path, `${path}~`).catch(ifMissing);
    await delay(random.between(0, 10));
    await Deno.writeTextFile(path, text);
    await Deno.remove(`${path}~`).catch(ifMissing);
  },
  async "deleted and made again"(path, text, random) {
    await Deno.remove(path).catch(ifMissing);
    await delay(random.between(0, 400));
    await Deno.writeTextFile(path, text);
  },
  async "by another name"(path, text) {
    await Deno.link(path, `${path}.link`).catch(ifMissing);
    await Deno.writeTextFile(`${path}.link`, text);
    await Deno.rename(`${path}.link`, path);
    await Deno.remove(`${path}.link`).catch(ifMissing);
  },
  async "in a new folder"(path, text) {
    const folder = dirname(path);
    await Deno.rename(folder, `${folder}.old`);
    await ensureDir(folder);
    await Deno.writeTextFile(path, text);
    await Deno.remove(`${folder}.old`, { recursive: true });
  },
} as const satisfies Readonly<Record<string, Way>>;

/** Returns the layouts, by their names, in a working folder. */
export const LAYOUTS = {
  "one file": (root) => plain(root, "conf/krakend.json"),
  // Which JSON is, too.
  YAML: (root) => plain(root, "conf/krakend.yaml"),
  ConfigMap: configMap,
  "a link to a file": (root) => linked(root, "conf/krakend.json"),
  "a link to a folder": (root) => linked(root, "conf"),
  templates,
} as const satisfies Readonly<Record<string, (root: string) => Layout>>;

function plain(root: string, configFile: string): Layout {
  const path = join(root, configFile);
  return {
    configFile,
    env: {},
    ways: Object.keys(WAYS),
    async prepare(text) {
      await ensureDir(dirname(path));
      await Deno.writeTextFile(path, text);
    },
    write: (way, text, random) =>
      WAYS[way as keyof typeof WAYS](path, text, random),
    remove: () => Deno.remove(path).catch(ifMissing),
  };
}

/** As kubelet does it: the files, the link beside it, over the old one, and away with that. */
function configMap(root: string): Layout {
  const base = plain(root, "conf/krakend.json");
  const conf = join(root, "conf");
  let count = 0;
  let old: string | undefined;
  const publish = async (text: string | undefined) => {
    const folder = `..2026_${++count}`;
    await ensureDir(join(conf, folder));
    if (text !== undefined) {
      await Deno.writeTextFile(join(conf, folder, "krakend.json"), text);
    }
    await Deno.symlink(folder, join(conf, "..data_tmp"));
    await Deno.rename(join(conf, "..data_tmp"), join(conf, "..data"));
    if (old) await Deno.remove(join(conf, old), { recursive: true });
    old = folder;
  };
  return {
    ...base,
    ways: ["by a swap"],
    async prepare(text) {
      await publish(text);
      await Deno.symlink("..data/krakend.json", join(conf, "krakend.json"));
    },
    write: (_, text) => publish(text),
    remove: () => publish(undefined),
  };
}

/** A link in the place of the file, or of its folder. */
function linked(root: string, name: string): Layout {
  const base = plain(root, "conf/krakend.json");
  const link = join(root, name);
  let count = 0;
  const make = async (text: string) => {
    const folder = join(root, `versions/${++count}`);
    await ensureDir(folder);
    await Deno.writeTextFile(join(folder, "krakend.json"), text);
    return name === "conf" ? folder : join(folder, "krakend.json");
  };
  return {
    ...base,
    ways: ["in place", "to another place", "to another place at once"],
    async prepare(text) {
      await ensureDir(dirname(link));
      await Deno.symlink(await make(text), link);
    },
    async write(way, text, random) {
      if (way === "in place") return await base.write(way, text, random);
      const isAtOnce = way === "to another place at once";
      if (!isAtOnce) await Deno.remove(link).catch(ifMissing);
      await Deno.symlink(await make(text), `${link}.new`);
      await Deno.rename(`${link}.new`, link);
    },
    // The link stays, and leads nowhere.
    remove: () =>
      Deno.realPath(join(root, base.configFile))
        .then((path) => Deno.remove(path)).catch(ifMissing),
  };
}

/** Flexible configuration: the version is a setting, and what makes a configuration of it a template. */
function templates(root: string): Layout {
  const settings = plain(root, "settings/all.json");
  const lock = join(root, "settings/.#all.json");
  return {
    ...settings,
    configFile: "krakend.tmpl",
    env: {
      FC_ENABLE: "1",
      FC_SETTINGS: "settings",
      FC_PARTIALS: "partials",
      FC_OUT: "out.json",
    },
    ways: [...settings.ways, "as Emacs does"],
    async prepare(text) {
      await settings.prepare(text);
      await ensureDir(join(root, "partials"));
      await Deno.writeTextFile(join(root, "partials/name.txt"), "a name");
      // The whole configuration is a setting, so that it can be broken in all ways.
      const template = '{{ if include "name.txt" }}{{ marshal .all }}{{ end }}';
      await Deno.writeTextFile(join(root, "krakend.tmpl"), template);
    },
    async write(way, text, random) {
      if (way !== "as Emacs does") {
        return await settings.write(way, text, random);
      }
      await Deno.symlink("me@host.1", lock);
      await delay(random.between(0, 500));
      await settings.write("by a rename", text, random);
      await Deno.remove(lock);
    },
  };
}

async function writeAll(file: Deno.FsFile, bytes: Uint8Array): Promise<void> {
  for (let written = 0; written < bytes.length;) {
    written += await file.write(bytes.subarray(written));
  }
}

function ifMissing(error: unknown): void {
  if (!(error instanceof Deno.errors.NotFound)) throw error;
}
