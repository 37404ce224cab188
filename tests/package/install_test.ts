import { assertEquals, assertStringIncludes } from "@std/assert";
import { exists } from "@std/fs";
import { join } from "@std/path";
import { sha256Of, sumsText } from "../../scripts/build/checksums.ts";
import { ROOT } from "../../scripts/paths.ts";

/** Stands in for the program. */
const PROGRAM = "#!/bin/sh\necho krakend-watch 1.2.3\n";

/** Options for {@linkcode install}. */
interface Options {
  /** The file that the release has. Default: the one that the sums are of. */
  readonly program?: string;
  /** The outputs of `uname -s` and `uname -m`. */
  readonly machine?: readonly [system: string, machine: string];
  readonly env?: Readonly<Record<string, string>>;
  /** The names in the list of sums. */
  readonly listed?: readonly string[];
}

/** Runs install.sh as sh does that reads it from a pipe, with a release on this machine. */
async function install(options: Options = {}) {
  const { program = PROGRAM, machine = ["Linux", "x86_64"], env = {} } =
    options;
  const bytes = (text: string) => new TextEncoder().encode(text);
  const folder = await Deno.makeTempDir({ prefix: "krakend-watch-install-" });
  const bin = join(folder, "bin");
  await Deno.mkdir(bin);
  await Deno.writeTextFile(
    join(bin, "uname"),
    `#!/bin/sh\n[ "$1" = -s ] && echo ${machine[0]} || echo ${machine[1]}\n`,
    { mode: 0o755 },
  );
  const sha256 = await sha256Of(bytes(PROGRAM));
  const {
    listed = ["krakend-watch-linux-amd64", "krakend-watch-darwin-arm64"],
  } = options;
  const asked: string[] = [];
  await using server = Deno.serve(
    { hostname: "127.0.0.1", port: 0, onListen: () => {} },
    (request) => {
      const { pathname } = new URL(request.url);
      asked.push(pathname);
      return new Response(
        pathname.endsWith("/SHA256SUMS")
          ? sumsText(listed.map((name) => ({ name, sha256 })))
          : program,
      );
    },
  );
  const child = new Deno.Command("sh", {
    env: {
      HOME: folder,
      PATH: `${bin}:${Deno.env.get("PATH")}`,
      RELEASES: `http://127.0.0.1:${server.addr.port}`,
      BIN: join(folder, "target"),
      ...env,
    },
    stdin: "piped",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  const writer = child.stdin.getWriter();
  await writer.write(await Deno.readFile(join(ROOT, "install.sh")));
  await writer.close();
  const { code, stdout, stderr } = await child.output();
  const installed = join(folder, "target", "krakend-watch");
  const result = {
    code,
    stdout: new TextDecoder().decode(stdout),
    stderr: new TextDecoder().decode(stderr),
    asked,
    isInstalled: await exists(installed),
    names: (await exists(join(folder, "target")))
      ? [...Deno.readDirSync(join(folder, "target"))].map(({ name }) => name)
      : [],
  };
  await Deno.remove(folder, { recursive: true });
  return result;
}

Deno.test("install.sh installs the file of the latest release, if its sum is right", async () => {
  const { code, stdout, stderr, asked, names } = await install();
  assertEquals([code, stdout], [0, "krakend-watch 1.2.3\n"], stderr);
  assertEquals(names, ["krakend-watch"]);
  assertEquals(asked, [
    "/latest/download/krakend-watch-linux-amd64",
    "/latest/download/SHA256SUMS",
  ]);
  assertStringIncludes(stderr, "to your PATH");
});

Deno.test("install.sh installs the version that VERSION names, with or without its v", async () => {
  for (const VERSION of ["1.2.3", "v1.2.3"]) {
    const { asked } = await install({ env: { VERSION } });
    assertEquals(asked[0], "/download/v1.2.3/krakend-watch-linux-amd64");
  }
});

Deno.test("install.sh takes the file for the machine that it runs on", async () => {
  const { asked, isInstalled } = await install({
    machine: ["Darwin", "arm64"],
  });
  assertEquals(asked[0], "/latest/download/krakend-watch-darwin-arm64");
  assertEquals(isInstalled, true);
});

const REFUSED: Readonly<Record<string, [Options, string]>> = {
  "a file that is not the one of the sums": [
    { program: "#!/bin/sh\necho bad\n" },
    "its sum is wrong; nothing was installed",
  ],
  "a file that has no sum": [
    { listed: ["another"] },
    "its sum is wrong; nothing was installed",
  ],
  "an unknown system": [{ machine: ["SunOS", "x86_64"] }, "no file for SunOS"],
  "an unknown machine": [{ machine: ["Linux", "riscv64"] }, "for riscv64"],
  "a release that is not there": [
    { env: { RELEASES: "http://127.0.0.1:1" } },
    "cannot fetch http://127.0.0.1:1/latest/download/krakend-watch-linux-amd64",
  ],
};

for (const [name, [options, message]] of Object.entries(REFUSED)) {
  Deno.test(`install.sh refuses ${name}`, async () => {
    const { code, stderr, isInstalled } = await install(options);
    assertEquals([code, isInstalled], [1, false]);
    assertStringIncludes(stderr, message);
  });
}

Deno.test("a download of install.sh that is cut short does nothing", async () => {
  const text = await Deno.readTextFile(join(ROOT, "install.sh"));
  const lines = text.trimEnd().split("\n");
  assertEquals(lines.at(-1), "main");
  const cut = lines.slice(0, -1).join("\n");
  const { success, stdout, stderr } = await new Deno.Command("sh", {
    args: ["-c", cut],
  }).output();
  assertEquals([success, stdout.length, stderr.length], [true, 0, 0]);
});
