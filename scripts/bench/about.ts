/**
 * When, where and with which versions something is measured.
 *
 * @module
 */

import manifest from "../../deno.json" with { type: "json" };
import { runTool } from "../static/tool.ts";

/** When, where and with which versions. */
export interface About {
  /** The day, as YYYY-MM-DD. */
  readonly date: string;
  /** Such as `2 cores of AMD EPYC, Linux 6.18.44`. */
  readonly machine: string;
  /** By the names of programs. */
  readonly versions: Readonly<Record<string, string>>;
}

/** Finds out about this machine, and the programs that are measured. */
export async function aboutRun(
  gateway: string,
  others: readonly { readonly name: string; readonly program: string }[],
): Promise<About> {
  const versions: Record<string, string> = {
    "krakend-watch": manifest.version,
    krakend: versionIn(await outputOf([gateway, "version"])),
    deno: Deno.version.deno,
  };
  for (const { name, program } of others) {
    // The first knows only the versions of Go's programs, which have no option for it.
    const ofModule = await outputOf(["go", "version", "-m", program]);
    const module = /^\tmod\t.*$/m.exec(ofModule)?.[0];
    versions[name] = versionIn(
      module ?? await outputOf([program, "--version"]),
    );
  }
  const cpu = /^model name\s*: (.*)$/m.exec(
    await Deno.readTextFile("/proc/cpuinfo").catch(() => ""),
  )?.[1] ?? Deno.build.arch;
  const system = Deno.build.os === "linux" ? "Linux" : Deno.build.os;
  return {
    date: new Date().toISOString().slice(0, 10),
    machine:
      `${navigator.hardwareConcurrency} cores of ${cpu.trim()}, ${system} ${
        versionIn(Deno.osRelease())
      }`,
    versions,
  };
}

async function outputOf(command: readonly string[]): Promise<string> {
  const { output, message } = await runTool(command);
  return `${output}${message}`;
}

/** Returns the first version in a text, such as `2.13.8`. */
function versionIn(text: string): string {
  return /\d+(?:\.\d+)+/.exec(text)?.[0] ?? "unknown";
}
