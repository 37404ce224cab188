import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { exists } from "@std/fs";
import { BUNDLE } from "../../scripts/paths.ts";
import { bundle } from "../../scripts/bundle.ts";
import { Playground } from "../helpers/playground.ts";
import { isRunning, writeScript } from "../helpers/processes.ts";

/** Command lines that cannot be carried out: the exit code, and what the one sentence must name. */
const REFUSED: readonly [string[], number, string][] = [
  [["--setle", "1s"], 2, 'did you mean "--settle"'],
  [["--settle", "soon", "run", "-c", "krakend.json"], 2, '"soon"'],
  [["-t", "-5s", "run", "-c", "krakend.json"], 2, "--shutdown-timeout"],
  [["run"], 2, "-c FILE"],
  [["run", "-c", "missing.json"], 2, '"missing.json"'],
  [["run", "-c", "."], 2, "folder"],
  [["fly"], 2, '"fly"'],
  [["rnu", "-c", "krakend.json"], 2, 'did you mean "run"'],
  [["--log-format=jsn"], 2, 'did you mean "json"'],
  [
    ["run", "-c", "krakend.json", "--poll"],
    2,
    "krakend-watch --poll run -c krakend.json",
  ],
  [["--krakend", "./missing", "run", "-c", "krakend.json"], 127, "missing"],
  [["--krakend", "krakend.json", "version"], 126, "not executable"],
  [["--krakend", "./garbage", "version"], 126, "neither a program nor"],
  [["--krakend", ".", "version"], 126, "folder"],
  [["--krakend", ".", "run", "-c", "krakend.json"], 126, "folder"],
];

for (const [args, code, text] of REFUSED) {
  Deno.test(`"${args.join(" ")}" is refused in one line with exit code ${code}`, async () => {
    await using place = await Playground.open();
    await Deno.writeTextFile(place.path("garbage"), "echo", { mode: 0o755 });
    const watch = place.start({ args });
    assertEquals((await watch.status).code, code);
    assertEquals(watch.lines.length, 1);
    assertStringIncludes(watch.lines[0] ?? "", text);
  });
}

Deno.test("without krakend anywhere the exit code is 127", async () => {
  await using place = await Playground.open();
  const watch = place.start({ env: { KRAKEND_BIN: "", PATH: place.folder } });
  assertEquals((await watch.status).code, 127);
});

Deno.test("without arguments krakend.json is run", async () => {
  await using place = await Playground.open();
  await place.startAndServe({ args: [] });
  assertEquals(place.count("run -c krakend.json -d"), 1);
});

Deno.test("without arguments the file of KRAKEND_CONFIG is run, and watched", async () => {
  await using place = await Playground.open();
  await Deno.rename(place.file, place.path("other.json"));
  await place.startAndServe({
    args: [],
    env: { KRAKEND_CONFIG: "other.json" },
  });
  await Deno.writeTextFile(place.path("other.json"), place.config("/two"));
  await place.serves("/two");
});

/** Environment twins that change nothing of importance here, and variables that are ours. */
const TWINS = {
  KRAKEND_WATCH_SETTLE: "50ms",
  KRAKEND_WATCH_SHUTDOWN_TIMEOUT: "3s",
  KRAKEND_WATCH_READY_TIMEOUT: "9s",
  KRAKEND_WATCH_NO_ROLLBACK: "0",
  KRAKEND_WATCH_WATCH: "krakend.json",
  KRAKEND_WATCH_ON_EVENT: "true",
  KRAKEND_WATCH_LOG_FORMAT: "text",
  KRAKEND_WATCH_EVENT: "ready",
  KRAKEND_WATCH_CHANGED: "krakend.json",
  KRAKEND_WATCH_SETLE: "1s",
};

Deno.test("the gateway gets krakend's arguments and none of our variables", async () => {
  await using place = await Playground.open();
  await writeScript(
    place.folder,
    "gateway",
    `[ "$1" = check ] && exit 0
     echo "args: $*"; env | sed "s/^/env: /"; sleep 1000`,
  );
  place.start({
    args: ["-v", "krakend", "run", "-dc", "krakend.json", "-p", "9"],
    env: {
      KRAKEND_BIN: place.path("gateway"),
      ...TWINS,
      KRAKEND_TIMEOUT: "3s",
    },
  });
  // The gateway gets a private copy of the configuration.
  await place.reports("/krakend.json -p 9");
  const args = place.lines.find((line) => line.startsWith("args: "));
  assertMatch(
    args ?? "",
    /^args: run -dc \S*\/krakend-watch-\S+\/krakend\.json -p 9$/,
  );
  await place.reports("env: KRAKEND_TIMEOUT=3s");
  assertEquals(place.count("env: KRAKEND_WATCH"), 0);
  // Only the misspelt one is worth a word.
  assertEquals(place.count("stands for no option"), 1);
  assertEquals(place.count("did you mean KRAKEND_WATCH_SETTLE?"), 1);
  assertEquals(place.count("env: KRAKEND_BIN"), 0);
});

for (
  const args of [
    ["run", "-c", "krakend.json"],
    ["--start-service", "--", "./gateway"],
  ]
) {
  Deno.test(
    `variables that are not UTF-8 reach the program of ${
      args.join(" ")
    } as they are, and none of ours does`,
    {
      ignore: Deno.build.os !== "linux",
    },
    async () => {
      await using place = await Playground.open();
      await writeScript(
        place.folder,
        "gateway",
        `[ "$1" = check ] && exit 0
       tr '\\000\\377' '\\n!' < /proc/$$/environ | sed 's/^/env: /'
       echo all; sleep 1000`,
      );
      const odd = `"$(printf 'V=a\\377')" "$(printf 'N\\377M=1')"`;
      place.start({
        args,
        wrapper: ["sh", "-c", `exec env ${odd} "$@"`, "sh"],
        env: { ...TWINS, KRAKEND_BIN: place.path("gateway") },
      });
      await place.reports("all");
      assertEquals(place.count("env: V=a!"), 1, place.lines.join("\n"));
      assertEquals(place.count("env: N!M=1"), 1);
      assertEquals(place.count("env: KRAKEND_WATCH"), 0);
      assertEquals(place.count("env: KRAKEND_BIN"), args[0] === "run" ? 0 : 1);
    },
  );
}

Deno.test("--once runs a command once, with its own streams and exit code", async () => {
  await using place = await Playground.open();
  const args = ["--once", "check", "-c", "krakend.json"];
  const fine = place.start({ args });
  assertEquals((await fine.status).code, 0);
  assertEquals(place.count("Syntax OK!"), 1);

  await Deno.writeTextFile(place.file, "{");
  const broken = place.start({ args });
  assertEquals((await broken.status).code, 1);
});

Deno.test("commands of krakend that read no configuration run once", async () => {
  await using place = await Playground.open();
  for (const args of [["version"], ["check", "--help"]]) {
    const watch = place.start({ args });
    assertEquals((await watch.status).code, 0);
  }
});

Deno.test("a command that a signal ends gives 128+n", async () => {
  await using place = await Playground.open();
  await writeScript(place.folder, "gateway", "kill -9 $$");
  const watch = place.start({
    args: ["version"],
    env: { KRAKEND_BIN: place.path("gateway") },
  });
  assertEquals((await watch.status).code, 137);
});

for (const option of ["--once", "--list"]) {
  Deno.test(`${option} that a signal ends gives 128+n, and ends its check`, async () => {
    await using place = await Playground.open();
    const gateway = await writeScript(
      place.folder,
      "gateway",
      "echo $$ > check; exec sleep 60",
    );
    const watch = place.start({
      args: [option, "check", "-c", "krakend.json"],
      env: { KRAKEND_BIN: gateway, FC_ENABLE: "1" },
    });
    const check = () => readNumber(place.path("check"));
    await place.until("the check runs", () => check() > 0);
    watch.signal("SIGTERM");
    assertEquals((await watch.status).code, 143);
    assertEquals(await isRunning(check()), false);
  });
}

/** Returns the number in a file; 0 if there is none. */
function readNumber(path: string): number {
  try {
    return Number(Deno.readTextFileSync(path));
  } catch {
    return 0;
  }
}

Deno.test("--help and --version answer on standard output with 0", async () => {
  await using place = await Playground.open();
  const questions = [
    "--help",
    "-h",
    "--help=all",
    "--version",
    "--completions=zsh",
  ];
  for (const option of questions) {
    const watch = place.start({ args: [option] });
    assertEquals((await watch.status).code, 0);
    assertEquals(place.count("krakend-watch") > 0, true);
  }
});

Deno.test("colours are where the environment wants them, and never in JSON", async () => {
  const isColored = async (env: Record<string, string>, ...args: string[]) => {
    await using place = await Playground.open();
    const watch = place.start({
      args: [...args, "--wat"],
      env: { NO_COLOR: "", FORCE_COLOR: "", TERM: "xterm", ...env },
    });
    await watch.status;
    return place.lines.join("").includes("\x1b");
  };
  assertEquals(await isColored({}), false);
  assertEquals(await isColored({ FORCE_COLOR: "1" }), true);
  assertEquals(await isColored({ FORCE_COLOR: "1", NO_COLOR: "1" }), false);
  const json = await isColored({ FORCE_COLOR: "1" }, "--log-format=json");
  assertEquals(json, false);
});

Deno.test("--quiet reports only warnings and errors", async () => {
  await using place = await Playground.open();
  place.start({ args: ["-q", "run", "-c", "krakend.json"] });
  await place.serves("/one");
  await Deno.writeTextFile(place.file, "{");
  await place.reports("is refused");
  assertEquals(place.starts, 0);
});

Deno.test("the bundle runs from any folder with nothing else", async () => {
  await bundle();
  assertEquals(await exists(BUNDLE), true);
  await using place = await Playground.open();
  await Deno.copyFile(BUNDLE, place.path("krakend-watch.js"));
  const watch = await place.startAndServe({
    program: ["run", "-A", "--no-config", "krakend-watch.js"],
  });
  await place.save("/two");
  await place.serves("/two");
  watch.signal("SIGTERM");
  assertEquals((await watch.status).code, 0);
});

Deno.test("a working folder whose path is not UTF-8 is refused in one sentence, and the help is given", async () => {
  await using place = await Playground.open();
  const folder = 'mkdir -p "$(printf \'b\\377\')" && cd b* && exec "$@"';
  const wrapper = ["sh", "-c", folder, "sh"];
  const watch = place.start({ args: ["run", "-c", "krakend.json"], wrapper });
  assertEquals((await watch.status).code, 1);
  assertEquals(watch.lines.length, 1, watch.lines.join("\n"));
  await place.reports("error: Cannot use the working folder: ");
  await place.reports('/b\\xFF" is not valid UTF-8');
  const help = place.start({ args: ["--help"], wrapper });
  assertEquals((await help.status).code, 0, help.lines.join("\n"));
});
