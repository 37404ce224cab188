import { assertEquals } from "@std/assert";
import { exists } from "@std/fs";
import { join } from "@std/path";
import {
  newestOfRelease,
  unpack,
  unpackedVersion,
} from "../../scripts/static/debian.ts";
import {
  LIBRARY_PACKAGES,
  type Package,
} from "../../scripts/static/packages.ts";
import { runTool } from "../../scripts/static/tool.ts";
import { IMPORT_MAP } from "../../scripts/paths.ts";

Deno.test("the newest of a release has Debian's own updates only", () => {
  const pinned = "2.36-9+deb12u14";
  const cases = [
    [["2.36-9+deb12u7", "2.36-9+deb12u15"], "2.36-9+deb12u15"],
    [["2.36-9+deb12u9", "2.36-9+deb12u10"], "2.36-9+deb12u10"],
    [
      ["2.41-12", "2.36-10", "2.36-9+deb13u1", "2.36-9+deb12u15~bpo"],
      undefined,
    ],
    [[], undefined],
  ] as const;
  for (const [versions, expected] of cases) {
    assertEquals(newestOfRelease(pinned, versions), expected);
  }
});

const LIBGCC = LIBRARY_PACKAGES.x86_64
  .find(({ name }) => name === "libgcc-s1") as Package;
const policy = await runTool(["apt-cache", "show", "libgcc-s1"]);
const hasArchive = policy.output.includes(`Version: ${LIBGCC.version}`);

Deno.test({
  name:
    `in place of a package that has left the archive, the newest of its release is taken, and its version known${
      hasArchive ? "" : " (skipped: apt has no Debian 12 here)"
    }`,
  ignore: !hasArchive,
  async fn() {
    const version = LIBGCC.version.replace(/\d+$/, "9999");
    const gone: Package = { ...LIBGCC, version, sha256: "" };
    const [folder = ""] = await unpack([gone], "amd64");
    try {
      assertEquals(await unpackedVersion(folder), LIBGCC.version);
      const library = join(folder, "lib", "x86_64-linux-gnu", "libgcc_s.so.1");
      assertEquals(await exists(library), true);
    } finally {
      await Deno.remove(folder);
    }
  },
});

Deno.test("where there is no apt-get, one sentence says how to build", async () => {
  const folder = await Deno.makeTempDir();
  try {
    const module = new URL("../../scripts/static/debian.ts", import.meta.url);
    const wanted = JSON.stringify([{ ...LIBGCC, version: "0" }]);
    // In a process of its own, whose PATH is no other test's.
    const { stdout } = await new Deno.Command(Deno.execPath(), {
      args: [
        "eval",
        `--import-map=${IMPORT_MAP}`,
        `import { unpack } from "${module}";
         await unpack(${wanted}, "amd64").catch((error) => console.log(\`\${error.name}: \${error.message}\`));`,
      ],
      env: { PATH: folder },
      stderr: "inherit",
    }).output();
    assertEquals(
      new TextDecoder().decode(stdout),
      "StaticError: Debian 12's package libgcc-s1 0 (amd64) cannot be had here (there is no apt-get): " +
        "build with Docker, docker build -f Dockerfile.alpine --target file --output . .\n",
    );
  } finally {
    await Deno.remove(folder);
  }
});
