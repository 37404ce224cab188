/**
 * Runs each command of the documents, or makes sure that it fits to what other
 * tests run.
 */

import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { ensureDir, exists } from "@std/fs";
import { basename, dirname, join } from "@std/path";
import manifest from "../../deno.json" with { type: "json" };
import { readArguments } from "../../scripts/build/arguments.ts";
import { sha256Of, sumsText } from "../../scripts/build/checksums.ts";
import { DENO_VERSION } from "../../scripts/build/deno_cli.ts";
import { DIST_FILES } from "../../scripts/build/targets.ts";
import { bundle } from "../../scripts/bundle.ts";
import { freeHost } from "../../scripts/lab/config.ts";
import { until } from "../../scripts/lab/until.ts";
import { HOMEPAGE } from "../../scripts/package/about.ts";
import { BUNDLE, ROOT } from "../../scripts/paths.ts";
import { mustRun } from "../helpers/tools.ts";
import { type Command, readCommands } from "./commands.ts";
import { type Desk, openDesk } from "./desk.ts";

/** Runs a command, or finds out whether it can be run. */
type Run = (command: Command, desk: Desk) => Promise<void>;

const dockerfile = Deno.readTextFileSync(join(ROOT, "Dockerfile.alpine"));

/** How each program is run. */
const RUNS: Readonly<Record<string, Run>> = {
  "krakend-watch": runInDesk,
  source: runInDesk,
  async docker(command, desk) {
    const [, verb, ...words] = command.words;
    const value = (option: string) => words[words.indexOf(option) + 1] ?? "";
    if (verb === "run") {
      const [folder = ""] = value("-v").replaceAll('"', "").split(":");
      const [, inCheckout] = /^\$PWD\/(.+)$/.exec(folder) ?? [];
      // The README's lines are for a checkout, in which there is no configuration but the example's.
      if (command.place.startsWith("README")) assert(inCheckout, folder);
      if (inCheckout) {
        await ensureDir(dirname(join(desk.folder, inCheckout)));
        await mustRun([
          ...["cp", "-r"],
          ...[join(ROOT, inCheckout), join(desk.folder, inCheckout)],
        ]);
      }
      return await runInDesk(command, desk);
    }
    // tests/image builds it.
    assert(await exists(join(ROOT, value("-f"))), "the file is there");
    if (verb === "compose") return assertEquals(words.at(-1), "up");
    assertEquals([verb, words.at(-1)], ["build", "."]);
    if (words.includes("--target")) {
      assertStringIncludes(dockerfile, ` AS ${value("--target")}\n`);
    }
    if (words.includes("--build-arg")) {
      const [name] = value("--build-arg").split("=");
      assertStringIncludes(dockerfile, `ARG ${name}=`);
    }
  },
  // Each task has tests of its own, or is run by CI.
  npx({ words }) {
    const [, yes, deno, task, name = "", ...args] = words;
    assertEquals([yes, deno, task], ["-y", `deno@${DENO_VERSION}`, "task"]);
    assert(Object.hasOwn(manifest.tasks, name), `there is a task ${name}`);
    if (name === "build") readArguments(args);
    return Promise.resolve();
  },
  async deno({ words }, desk) {
    const [, verb, ...args] = words;
    // tests/docs/jsr_test.ts installs what JSR gets.
    if (verb === "install") {
      return assertEquals(args, ["-g", "-A", `jsr:${manifest.name}`]);
    }
    if (!await exists(BUNDLE)) await bundle();
    const { code, output } = await desk.run(
      ["sh", "-ec", `cd "${ROOT}" && ${words.join(" ")}`],
    );
    assertEquals(code, 0, output);
  },
  sha256sum: verifies,
  grep: verifies,
  // tests/package installs each of them.
  apk: namesFiles,
  dpkg: namesFiles,
  rpm: namesFiles,
  gh: namesFiles,
  curl: namesFiles,
  brew: namesFiles,
  git: namesFiles,
  cd({ words }) {
    assertEquals(words[1], basename(HOMEPAGE));
    return Promise.resolve();
  },
  // They need a cluster, or a systemd.
  kubectl: namesFiles,
  systemctl: namesFiles,
  mkdir: namesFiles,
  cp: namesFiles,
};

/** Makes sure that a command accepts a file of a release, and no other one of that name. */
async function verifies({ text }: Command, desk: Desk): Promise<void> {
  // Other systems have other names for sha256sum.
  if (Deno.build.os !== "linux") return;
  const name = "krakend-watch-linux-amd64";
  const sha256 = await sha256Of(new TextEncoder().encode("a program"));
  const names = [name, `${name}.deb`];
  const sums = sumsText(names.map((name) => ({ name, sha256 })));
  await desk.save("SHA256SUMS", sums);
  await desk.save(name, "a program");
  assertEquals((await desk.run(["sh", "-c", text])).code, 0);
  await desk.save(name, "another program");
  assertEquals((await desk.run(["sh", "-c", text])).code, 1);
}

/** Makes sure that a command names files of a release, or of this checkout, and places of this project. */
async function namesFiles({ words }: Command): Promise<void> {
  for (const word of words) {
    const url = /^https?:\/\/.*/.exec(word)?.[0];
    if (url && !url.startsWith("http://127.0.0.1:8080/")) {
      assert(url === HOMEPAGE || url.startsWith(`${HOMEPAGE}/`), url);
    }
    const [, file] =
      /^(?:dist\/|.*\/latest\/download\/)?(krakend-watch-\w+.*|[\w-]+\.sh)$/
        .exec(word) ?? [];
    if (file) assert(DIST_FILES.includes(file), file);
    const [path] = /^doc\/.*/.exec(word) ?? [];
    if (path) assert(await exists(join(ROOT, path)), path);
  }
}

/** Runs a command until it has ended or does its work, which a signal ends. */
async function runInDesk({ text }: Command, desk: Desk): Promise<void> {
  await using task = desk.start(["bash", "-c", text]);
  let status: Deno.CommandStatus | undefined;
  task.status.then((it) => status = it);
  const isAtWork = () =>
    /ready in|"event":"ready"|check passed|watching \S+ files? for/.test(
      task.text(),
    );
  await until("it does its work", () => status !== undefined || isAtWork(), {
    evidence: task.text,
  });
  if (!status) task.stop();
  assertEquals((await task.status).code, 0, task.text());
}

/** Opens a folder with all that the documents name. */
async function openReader(): Promise<Desk> {
  // A network of its own, as documents name ports.
  const desk = await openDesk(
    Deno.build.os === "linux" ? freeHost() : undefined,
  );
  const config = '{ "version": 3, "port": 8080 }';
  for (const name of ["krakend.json", "my.json"]) await desk.save(name, config);
  await desk.save("conf/a.json", "{}");
  await desk.save("templates/a.tmpl", "");
  await desk.save("bin/server", "#!/bin/sh\nexec sleep 60\n");
  await Deno.chmod(join(desk.folder, "bin", "server"), 0o755);
  for (const name of ["make", "sassc"]) await desk.provide(name, "#!/bin/sh\n");
  return desk;
}

for (const command of await readCommands()) {
  // Variables can stand in front.
  const first = command.words.findIndex((it) => !/^[A-Z_]+=/.test(it));
  const words = command.words.slice(first);
  const [program = ""] = words;
  Deno.test(`${command.place}: ${command.text}`, async () => {
    const run = RUNS[program];
    assert(run, `no test runs ${program}`);
    await using desk = await openReader();
    await run({ ...command, words }, desk);
  });
}
