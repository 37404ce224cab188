import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { ensureDir } from "@std/fs";
import { dirname } from "@std/path";
import { Playground } from "../helpers/playground.ts";

const FLEXIBLE = { FC_ENABLE: "1" };

async function write(place: Playground, name: string, text: string) {
  await ensureDir(dirname(place.path(name)));
  await Deno.writeTextFile(place.path(name), text);
}

/** A configuration with a text of its own at the top: an action of a template, or what only seems to be one. */
function withName(place: Playground, name: string): string {
  return place.configWith({ name: "NAME" }, "/one").replace('"NAME"', name);
}

/** What a check that runs once prints. */
async function checkOnce(
  place: Playground,
  env: Record<string, string>,
  args: readonly string[] = [],
): Promise<readonly string[]> {
  const watch = place.start({
    args: [...args, "--once", "check", "-c", "krakend.json"],
    env: { ...FLEXIBLE, ...env },
  });
  await watch.status;
  return watch.lines;
}

for (
  const [variable, folder, lock] of [
    ["FC_SETTINGS", "settings", ".#other.json"],
    ["FC_TEMPLATES", "templates", ".#other.tmpl"],
  ] as const
) {
  Deno.test(`a lock of Emacs in ${variable} is refused by its name, and what was saved meanwhile is served when it goes`, async () => {
    await using place = await Playground.open();
    const save = (path: string) =>
      write(place, "settings/all.json", JSON.stringify({ path }));
    await save("/one");
    await write(place, "templates/other.tmpl", "");
    const config = place.config("PATH").replaceAll("PATH", "{{ .all.path }}");
    const template = `${config}{{ template "other.tmpl" . }}`;
    await Deno.writeTextFile(place.file, template);
    await place.startAndServe({
      env: {
        ...FLEXIBLE,
        FC_SETTINGS: "settings",
        FC_TEMPLATES: "templates",
      },
    });
    await Deno.symlink(
      "me@host.4711:1764150000",
      place.path(`${folder}/${lock}`),
    );
    await place.reports(`  ${folder}/${lock} cannot be read`);
    await place.reports("a lock of Emacs");
    await save("/saved");
    await Deno.remove(place.path(`${folder}/${lock}`));
    await place.serves("/saved");
  });
}

/** What KrakenD does not read as settings or templates, though it tries by the name: how each is made at "$1". */
const UNREADABLE = {
  "a folder": "mkdir $1",
  "a link to a folder": "ln -s . $1",
  "a socket":
    "python3 -c 'import socket, sys; socket.socket(socket.AF_UNIX).bind(sys.argv[1])' $1",
  "a broken file whose name is not UTF-8":
    'echo { > "$(printf %s "$1" | tr x "\\377")"',
} as const;

for (const [kind, make] of Object.entries(UNREADABLE)) {
  Deno.test(`${kind} in FC_SETTINGS is refused, and what was saved meanwhile is served when it goes`, async () => {
    await using place = await Playground.open();
    const run = async (script: string) => {
      const args = ["-c", script, "sh", "settings/x.json"];
      const sh = new Deno.Command("sh", { args, cwd: place.folder });
      assert((await sh.output()).success);
    };
    const save = (path: string) =>
      write(place, "settings/all.json", JSON.stringify({ path }));
    await save("/one");
    const config = place.config("PATH").replaceAll("PATH", "{{ .all.path }}");
    await Deno.writeTextFile(place.file, config);
    await place.startAndServe({
      env: { ...FLEXIBLE, FC_SETTINGS: "settings" },
    });
    await run(make);
    await place.reports("is refused");
    await save("/saved");
    await run("find settings ! -name all.json -name '*.json' -delete");
    await place.serves("/saved");
  });
}

Deno.test("a folder that is called like a template, over which KrakenD reads the file as it stands, counts until it goes", async () => {
  await using place = await Playground.open();
  await write(place, "templates/all.tmpl", "one");
  const config = place.config("/PATH");
  const template = config.replaceAll("PATH", '{{ template "all.tmpl" }}');
  await Deno.writeTextFile(place.file, template);
  await place.startAndServe({
    env: { ...FLEXIBLE, FC_TEMPLATES: "templates" },
  });
  await Deno.mkdir(place.path("templates/x.tmpl"));
  await place.reports("is refused");
  await write(place, "templates/all.tmpl", "saved");
  await Deno.remove(place.path("templates/x.tmpl"));
  await place.serves("/saved");
});

/** What a template needs, and a fault in it. */
const NEEDED = {
  "settings/all.json": ['{"path": "/one"}', '{"path": '],
  "templates/all.tmpl": ["", "{{ nofunc }}"],
  "partials/all.txt": ["", ","],
} as const;

for (const [name, [right, wrong]] of Object.entries(NEEDED)) {
  for (const words of [["run"], ["check"]]) {
    Deno.test(`${words}: a fault in ${name} that is there from the start is seen to be mended`, async () => {
      await using place = await Playground.open();
      for (const [name, [right]] of Object.entries(NEEDED)) {
        await write(place, name, right);
      }
      await write(place, name, wrong);
      const config = place.config("PATH").replace("PATH", "{{ .all.path }}")
        .replace("PATH", "/");
      const actions = '{{ template "all.tmpl" }}{{ include "all.txt" }}';
      await Deno.writeTextFile(place.file, `${config}${actions}`);
      place.start({
        args: [...words, "-c", "krakend.json"],
        env: {
          ...FLEXIBLE,
          FC_SETTINGS: "settings",
          FC_TEMPLATES: "templates",
          FC_PARTIALS: "partials",
        },
      });
      const isRun = words[0] === "run";
      await place.reports(isRun ? "is refused" : "check failed");
      await write(place, name, right);
      if (isRun) await place.serves("/one");
      else await place.reports("check passed");
    });
  }
}

Deno.test("a template with a hidden name is an input as any other", async () => {
  await using place = await Playground.open();
  await write(place, "templates/.#all.tmpl", place.config("/one"));
  await Deno.writeTextFile(place.file, '{{ template ".#all.tmpl" . }}');
  await place.startAndServe({
    env: { ...FLEXIBLE, FC_TEMPLATES: "templates" },
  });
  await write(place, "templates/.#all.tmpl", place.config("/two"));
  await place.serves("/two");
});

/** Texts that hold braces and are no templates, as JSON. */
const BRACES = {
  "tables of Lua": '"local t = {{1,2},{3,4}}"',
  "actions that are never closed": '"{{ if"',
  "functions that there are not": String.raw`"{{ nothing \"a\" }}"`,
  "fields that there are not": '"{{ .a.b.c }}"',
};

for (const [name, text] of Object.entries(BRACES)) {
  Deno.test(`with FC_ENABLE=1, ${name} in a plain file are as KrakenD takes them: it is served`, async () => {
    await using place = await Playground.open();
    await Deno.writeTextFile(place.file, withName(place, text));
    await place.startAndServe({ env: FLEXIBLE });
    const changed = withName(place, text).replaceAll("/one", "/two");
    await Deno.writeTextFile(place.file, changed);
    await place.serves("/two");
    assertEquals(place.count("is refused"), 0);
    assert((await checkOnce(place, {})).includes("Syntax OK!"));
  });
}

Deno.test("a partial whose name is computed is warned of once, with the remedy, and watched with --watch or FC_PARTIALS", async () => {
  await using place = await Playground.open();
  await write(place, "settings/all.json", '{"file": "name.txt"}');
  await write(place, "partials/name.txt", "1");
  const config = withName(place, '"{{ include .all.file }}"');
  await Deno.writeTextFile(place.file, config);
  const env = { ...FLEXIBLE, FC_SETTINGS: "settings" };
  const run = ["run", "-c", "krakend.json"];
  const warning = "the name of this partial is computed";
  {
    await using _watch = await place.startAndServe({ env });
    await place.reports(warning);
    await place.reports("--watch");
    const again = config.replaceAll("/one", "/two");
    await Deno.writeTextFile(place.file, again);
    await place.restarts(1);
    await place.staysQuiet();
    assertEquals(place.count(warning), 1);
    await Deno.writeTextFile(place.file, config);
    await place.restarts(2);
  }
  {
    const args = ["--watch", "partials", ...run];
    await using _watch = await place.startAndServe({ env, args });
    await write(place, "partials/name.txt", "2");
    await place.reports("partials/name.txt changed");
  }
  const partials = { ...env, FC_PARTIALS: "partials" };
  await place.startAndServe({ env: partials });
  await write(place, "partials/name.txt", "3");
  await place.reports("partials/name.txt changed");
  assertEquals(place.count(warning), 0);
});

Deno.test("of a ConfigMap, --list shows the files where they are named, and a swap changes these alone", async () => {
  await using place = await Playground.open();
  const publish = async (version: string, name: string) => {
    await write(place, `partials/..${version}/deep/name.txt`, name);
    await write(place, `partials/..${version}/other.txt`, "other");
    await Deno.symlink(`..${version}`, place.path("partials/..data_tmp"));
    const [from, to] = ["..data_tmp", "..data"]
      .map((it) => place.path(`partials/${it}`));
    await Deno.rename(from ?? "", to ?? "");
  };
  await publish("v1", "first");
  await Deno.symlink("..data/deep", place.path("partials/deep"));
  await Deno.symlink("..data/other.txt", place.path("partials/other.txt"));
  await Deno.writeTextFile(
    place.file,
    withName(place, '"{{ include "deep/name.txt" }}"'),
  );
  const env = { ...FLEXIBLE, FC_PARTIALS: "partials" };

  const listed = place.start({ args: ["--list"], env });
  assertEquals((await listed.status).code, 0);
  const paths = listed.lines.map((line) => line.split(" ")[0]);
  assertEquals(
    paths,
    ["krakend.json", "partials/deep/name.txt", "partials/other.txt"]
      .map((name) => place.path(name)),
  );
  assertEquals(place.count("(missing)"), 0);

  await place.startAndServe({ env });
  await publish("v2", "second");
  await place.reports("krakend-watch: partials/deep/name.txt changed");
  await place.restarts(1);
});

Deno.test("a value that a template makes is shown in the template if KrakenD refuses it", async () => {
  await using place = await Playground.open();
  await write(place, "settings/all.json", '{"timeout": "5 minutes"}');
  const config = place.configWith({ timeout: "{{ .all.timeout }}" }, "/one");
  await Deno.writeTextFile(place.file, config);
  const line = config.split("\n").findIndex((it) => it.includes("timeout")) + 1;
  const place_ = `krakend.json:${line}:3: 'timeout' time: `;
  const env = { FC_SETTINGS: "settings" };
  const lines = await checkOnce(place, env);
  assert(lines.some((it) => it.startsWith(place_)), lines.join("\n"));
  assertStringIncludes(lines.join("\n"), `> ${line} |   "timeout": "{{ .all`);
  place.start({ env: { ...FLEXIBLE, ...env } });
  await place.reports(place_);
});

Deno.test("a setting that is missing is named as the reason of what is compiled", async () => {
  await using place = await Playground.open();
  await Deno.writeTextFile(place.file, withName(place, "{{ .all.name }}"));
  const lines = await checkOnce(place, {});
  const reason = "the template has no value here: a setting that it names";
  assertStringIncludes(
    lines.join("\n"),
    `krakend.json (compiled):4:11: ${reason}`,
  );
  assertEquals(lines.filter((it) => it.includes(".tmp/")), []);
});

Deno.test("a file of settings that is no text is called by what it is", async () => {
  await using place = await Playground.open();
  await write(place, "settings/all.json", "{}");
  const env = { FC_SETTINGS: "settings" };
  const binary = new Uint8Array([0, 5, 0x16, 7, 0, 2, 0, 0, 0x4d, 0x61]);
  await Deno.writeFile(place.path("settings/._all.json"), binary);
  const lines = await checkOnce(place, env);
  assertStringIncludes(
    lines.join("\n"),
    "settings/._all.json:1:1: the file was left by macOS: delete it",
  );
});

Deno.test("settings that are not there are no fault of the template", async () => {
  await using place = await Playground.open();
  await Deno.writeTextFile(place.file, withName(place, '{{ template "x" }}'));
  const lines = await checkOnce(place, { FC_SETTINGS: "nowhere" });
  assertStringIncludes(lines.join("\n"), "open nowhere: no such file");
  assertEquals(lines.filter((it) => it.startsWith("krakend.json:")), []);
});

Deno.test("settings and functions of templates that quote them are in no message", async () => {
  await using place = await Playground.open();
  const secret = "Hunter2,x";
  const settings = { password: secret, number: secret };
  await write(place, "settings/db.json", JSON.stringify(settings));
  const env = { ...FLEXIBLE, FC_SETTINGS: "settings" };
  const check = ["check", "-c", "krakend.json"];
  for (
    const action of [
      '"{{ fail .db.password }}"',
      '"{{ mustToDate `2006` .db.password }}"',
      "{{ .db.password }}",
      '{ "{{ .db.password }}": 1 }',
    ]
  ) {
    await Deno.writeTextFile(place.file, withName(place, action));
    await using watch = place.start({ args: check, env });
    await place.until(
      "the check has ended",
      () => place.count("krakend-watch: ") > 0,
    );
    assertEquals(
      watch.lines.filter((line) => line.includes("Hunter2")),
      [],
      action,
    );
  }
});
