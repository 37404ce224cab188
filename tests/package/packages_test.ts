import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { exists } from "@std/fs";
import { join } from "@std/path";
import { buildInto } from "../../scripts/build/dist.ts";
import {
  COMPLETION_FILES,
  PACKAGE_FORMATS,
  TARGETS,
} from "../../scripts/build/targets.ts";
import { findGateway } from "../../scripts/gateway/build.ts";
import { startBackend } from "../../scripts/lab/backend.ts";
import { configText, freePort } from "../../scripts/lab/config.ts";
import { statusOf } from "../../scripts/lab/status.ts";
import { until } from "../../scripts/lab/until.ts";
import { startKrakendWatch } from "../../scripts/lab/watch_process.ts";
import { VERSION } from "../../scripts/package/about.ts";
import { packageInto } from "../../scripts/package/mod.ts";
import type { Format } from "../../scripts/package/nfpm.ts";
import { sumsIn } from "../helpers/sums.ts";
import { mustRun, requireInstalled } from "../helpers/tools.ts";
import { Room } from "../static/room.ts";

/** The path of the program in each root, with nothing but it and a gateway. */
const PROGRAM = "/usr/bin/krakend-watch";
const ENV = { PATH: "/usr/bin", USAGE_DISABLE: "1" };

const target = TARGETS.find(({ triple }) => triple === Deno.build.target);
const reason = await reasonToSkip();
const dist = await Deno.makeTempDir({ prefix: "krakend-watch-packages-" });
Deno.test.afterAll(() => Deno.remove(dist, { recursive: true }));
const said: string[] = [];
if (target && !reason) {
  const say = (text: string) => void said.push(text);
  await buildInto(dist, { targets: [target], say });
  await packageInto(dist, say);
}

async function reasonToSkip(): Promise<string | undefined> {
  if (!target?.staticArch) return "packages are for Linux";
  if (Deno.uid() !== 0) return "a root of its own needs root";
  return await requireInstalled({ rpm: "rpm", "dpkg-deb": "dpkg" });
}

/** How the tool of each system installs a package into a root. */
const INSTALL: Readonly<Record<Format, string>> = {
  deb: `mkdir -p "$0/var/lib/dpkg/info" "$0/var/lib/dpkg/updates"
touch "$0/var/lib/dpkg/status" "$0/var/lib/dpkg/available"
dpkg --root="$0" --install "$1"`,
  rpm: `rpm --root="$0" --initdb && rpm --root="$0" --install "$1"`,
  // As apk itself does; its own files are those that begin with a dot.
  apk: `tar --warning=none --exclude='.*' -C "$0" -xzf "$1"`,
};

for (const format of PACKAGE_FORMATS) {
  const name =
    `a .${format} installs a program that runs a gateway, its manual, completions and licences`;
  Deno.test({
    name: reason ? `${name} (skipped: ${reason})` : name,
    ignore: reason !== undefined,
    async fn() {
      await using root = await Room.with({});
      const file = join(dist, `${target?.file}.${format}`);
      await mustRun(["sh", "-ec", INSTALL[format], root.path("."), file]);
      const print = async (option: string) => {
        const { code, stdout } = await root.run([PROGRAM, option], {
          user: "1000:1000",
        });
        assertEquals(code, 0, option);
        return stdout;
      };
      assertStringIncludes(
        await print("--version"),
        `krakend-watch ${VERSION} `,
      );
      const share = (path: string) => root.path(`usr/share/${path}`);
      const zsh = format === "deb" ? "vendor-completions" : "site-functions";
      for (
        const [option, path] of [
          ["bash", share("bash-completion/completions/krakend-watch")],
          ["zsh", share(`zsh/${zsh}/_krakend-watch`)],
          ["fish", share("fish/vendor_completions.d/krakend-watch.fish")],
        ] as const
      ) {
        const printed = await print(`--completions=${option}`);
        assertEquals(await Deno.readTextFile(path), printed.trimEnd(), option);
      }
      assertEquals(
        await mustRun(["gzip", "-cd", share("man/man1/krakend-watch.1.gz")]),
        await Deno.readTextFile(join(dist, "krakend-watch.1")),
      );
      const licenses = format === "deb"
        ? share("doc/krakend-watch/copyright")
        : share("licenses/krakend-watch/LICENSES.txt");
      assertEquals(
        await Deno.readTextFile(licenses),
        await Deno.readTextFile(join(dist, "LICENSES.txt")),
      );
      await reloads(root);
    },
  });
}

/** Runs the program in a root until it has reloaded a gateway. */
async function reloads(root: Room): Promise<void> {
  await using backend = startBackend();
  const port = freePort();
  const save = (...endpoints: string[]) =>
    Deno.writeTextFile(
      root.path("krakend.json"),
      configText({ port, backend: backend.url, endpoints }),
    );
  await save("/one");
  await mustRun(["cp", await findGateway(), root.path("usr/bin/krakend")]);
  const [first = "", ...wrapper] = root.command([PROGRAM], { env: ENV });
  await using watch = startKrakendWatch({
    deno: first,
    program: wrapper,
    args: ["--log-format=json"],
    cwd: root.path("."),
  });
  const serves = (path: string) =>
    until(
      `the gateway serves ${path}`,
      async () => await statusOf(port, path) === 200,
      { evidence: () => watch.lines.join("\n") },
    );
  await serves("/one");
  await save("/one", "/two");
  await serves("/two");
  const ready = () =>
    watch.lines.filter((line) => line.includes('"event":"ready"'));
  await until("both are reported", () => ready().length === 2);
  const { handover, down_ms } = JSON.parse(ready()[1] ?? "{}");
  assertEquals([handover, down_ms], ["shared", 0], watch.lines.join("\n"));
}

Deno.test({
  name: "the sums are those of all files, with the packages",
  ignore: reason !== undefined,
  async fn() {
    const sums = await sumsIn(dist);
    for (const format of PACKAGE_FORMATS) {
      assert(sums.has(`${target?.file}.${format}`));
    }
    for (const name of Object.values(COMPLETION_FILES)) assert(sums.has(name));
    await mustRun(["sha256sum", "--check", "--strict", "SHA256SUMS"], dist);
  },
});

Deno.test({
  name:
    "the formula is skipped by name unless there is a file for every target",
  ignore: reason !== undefined,
  async fn() {
    assert(
      said.includes("krakend-watch.rb: skipped: not all targets are built"),
    );
    assert(!await exists(join(dist, "krakend-watch.rb")));
  },
});
