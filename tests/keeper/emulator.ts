/**
 * The emulator of aarch64 programs: qemu of this machine, else Debian's, unpacked into the cache.
 *
 * @module
 */

import { join } from "@std/path";
import { unpack } from "../../scripts/static/debian.ts";
import { StaticError } from "../../scripts/static/errors.ts";
import { runTool } from "../../scripts/static/tool.ts";

const QEMU = {
  name: "qemu-user-static",
  version: "1:7.2+dfsg-7+deb12u18+b3",
  sha256: "c3e3ba2bd87f8c5b9a5da5ef21b5a3b82d7c63b89dd448d9ddaa4eabc5b6e402",
  files: ["./usr/bin/qemu-aarch64-static"],
};

/** Returns the path of the emulator; undefined if there is none, and none can be had. */
export async function findEmulator(): Promise<string | undefined> {
  for (const name of ["qemu-aarch64-static", "qemu-aarch64"]) {
    if ((await runTool([name, "--version"])).success) return name;
  }
  try {
    const [folder = ""] = await unpack([QEMU], "amd64");
    return join(folder, "usr/bin/qemu-aarch64-static");
  } catch (error) {
    if (error instanceof StaticError) return undefined;
    throw error;
  }
}
