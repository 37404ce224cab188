import {
  assert,
  assertEquals,
  assertMatch,
  assertStringIncludes,
} from "@std/assert";
import { basename, join } from "@std/path";
import { sha256Of } from "../../scripts/build/checksums.ts";
import { buildInto } from "../../scripts/build/dist.ts";
import { type Made, make } from "../../scripts/build/make.ts";
import { type Target, targetOf, TARGETS } from "../../scripts/build/targets.ts";
import { bundle } from "../../scripts/bundle.ts";
import { IMPORT_MAP, MAIN, ROOT } from "../../scripts/paths.ts";
import { runTool } from "../../scripts/static/tool.ts";
import { DENO_AS_DENORT, denortTest, withFolder } from "./support.ts";

const target = TARGETS.find((it) => it.triple === Deno.build.target) as Target;
const folder = await Deno.makeTempDir({ prefix: "krakend-watch-build-test-" });
Deno.test.afterAll(() => Deno.remove(folder, { recursive: true }));

const silent = { say: () => {} };
const denort = {
  runtime: "denort",
  denort: DENO_AS_DENORT,
  ...silent,
} as const;
const first = await buildInto(folder, { targets: [target], ...silent });
const [reason] = first.skipped;

/** Returns why a file could not be made. */
function skippedOf(made: Made): string {
  return "skipped" in made ? made.skipped : "";
}

/** Declares a test that needs a file; without one, it is skipped by name. */
function fileTest(name: string, check: () => Promise<void>): void {
  if (reason === undefined) Deno.test(name, check);
  else Deno.test({ name: `${name} (${reason})`, ignore: true, fn: check });
}

fileTest(
  "a file says its version, target, runtime and Deno's version",
  async () => {
    const [file = ""] = first.paths;
    const { output } = await runTool([file, "--version"]);
    const { version } = JSON.parse(
      await Deno.readTextFile(join(ROOT, "deno.json")),
    );
    const words = /^krakend-watch (\S+) \((\S+), (.+), deno \S+\)\n$/.exec(
      output,
    );
    assertEquals(words?.slice(1, 3), [version, target.triple], output);
    assertMatch(words?.[3] ?? "", /^(denort|deno CLI)$/);
  },
);

fileTest("a file prints the licences of all that is in it", async () => {
  const [file = ""] = first.paths;
  const { output } = await runTool([file, "--licenses"]);
  const titles = [...output.matchAll(/^(.+)\n=+$/gm)].map(([, title]) => title);
  const isLinux = target.staticArch !== undefined;
  for (const title of ["krakend-watch", "Deno", "RE2JS", "smol-toml"]) {
    assert(titles.includes(title), title);
  }
  for (const title of ["LGPL-2.1", "GPL-3", "GCC-exception-3.1"]) {
    assertEquals(titles.includes(title), isLinux, title);
  }
});

fileTest("the sums are those of the files, and sha256sum agrees", async () => {
  const sums = await Deno.readTextFile(join(folder, "SHA256SUMS"));
  const others = first.paths.filter((path) => !path.endsWith("SHA256SUMS"));
  assertEquals([...Deno.readDirSync(folder)].length, first.paths.length);
  const lines = others.map(async (path) =>
    `${await sha256Of(path)}  ${basename(path)}\n`
  );
  assertEquals(sums, (await Promise.all(lines)).join(""));
  if (Deno.build.os !== "linux") return;
  const check = ["sha256sum", "--check", "--strict", "SHA256SUMS"];
  const { success, message } = await runTool(check, { cwd: folder });
  assert(success, message);
});

fileTest(
  "the same sources give the same file again",
  () =>
    withFolder(async (again) => {
      const { paths } = await buildInto(again, {
        targets: [target],
        ...silent,
      });
      assertEquals(
        await Promise.all(paths.map(sha256Of)),
        await Promise.all(first.paths.map(sha256Of)),
      );
    }),
);

denortTest(
  "a DENORT_BIN for another machine is recognised",
  () =>
    withFolder(async (folder) => {
      const other = targetOf(
        target.name === "linux-arm64" ? "linux-amd64" : "linux-arm64",
      );
      const made = await make(other, { folder, ...denort });
      assertMatch(skippedOf(made), /^not for \w+: its machine is \d+/);
      const mac = await make(targetOf("darwin-arm64"), { folder, ...denort });
      assertMatch(skippedOf(mac), /^deno compile: /);
    }),
);

(target.staticArch ? fileTest : denortTest)(
  "a file that does not run krakend-watch is not kept",
  () =>
    withFolder(async (folder) => {
      await Deno.writeTextFile(join(folder, target.file), "an older one");
      const made = await make(target, { folder, ...denort });
      assertMatch(
        skippedOf(made),
        /does not say the version of krakend-watch, but "deno /,
      );
      assertEquals([...Deno.readDirSync(folder)], []);
    }),
);

Deno.test("a bundle says that it is one, and the source that it is the source", async () => {
  const deno = [Deno.execPath(), "run", "-A"];
  const version = async (...program: string[]) =>
    (await runTool([...deno, ...program, "--version"])).output;
  assertStringIncludes(await version(await bundle()), ", bundle, deno ");
  const source = await version(`--import-map=${IMPORT_MAP}`, MAIN);
  assertStringIncludes(source, ", source, deno ");
});

/** Runs the build as a command; nothing that it could make is asked for here. */
async function build(...args: readonly string[]) {
  const script = join(ROOT, "scripts", "build.ts");
  const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", `--import-map=${IMPORT_MAP}`, script, ...args],
  }).output();
  const decoder = new TextDecoder();
  return {
    code,
    stdout: decoder.decode(stdout),
    stderr: decoder.decode(stderr),
  };
}

Deno.test("the command names what it cannot make, and why, and prints no path", async () => {
  assertEquals(await build("--runtime=cli", "--target=darwin-arm64"), {
    code: 1,
    stdout: "",
    stderr: "darwin-arm64: skipped: all of Deno as runtime is for Linux only\n",
  });
});

Deno.test("the command exits with 2 if it does not understand", async () => {
  const { code, stdout, stderr } = await build("--target", "plan9");
  assertEquals([code, stdout], [2, ""]);
  assertMatch(stderr, /^Unknown target "plan9": there are linux-amd64, /);
});
