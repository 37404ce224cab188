/**
 * krakend-watch without its keeper, as where the kernel does not allow to share a port.
 *
 * @module
 */

import { toFileUrl } from "@std/path";
import type { Build } from "../../lib/build.ts";
import { BUILD_MODULE, IMPORT_MAP, MAIN } from "../../scripts/paths.ts";
import type { Playground } from "./playground.ts";

/**
 * Makes a build whose keeper is missing, or cannot be run. Returns the arguments
 * for deno that run it.
 */
export async function withoutKeeper(place: Playground, keeper = "/missing") {
  const module = place.path("build.ts");
  const build: Build = {
    runtime: "source",
    licenses: "",
    keeper: [keeper],
    child: [],
  };
  await Deno.writeTextFile(
    module,
    `export const BUILD = ${JSON.stringify(build)};`,
  );
  const { imports } = JSON.parse(await Deno.readTextFile(IMPORT_MAP));
  const absolute = Object.entries(imports as Record<string, string>).map(
    ([name, address]) => [
      name,
      address.startsWith(".")
        ? new URL(address, toFileUrl(IMPORT_MAP)).href
        : address,
    ],
  );
  const map = place.path("import_map.json");
  const mapped = {
    ...Object.fromEntries(absolute),
    [toFileUrl(BUILD_MODULE).href]: toFileUrl(module).href,
  };
  await Deno.writeTextFile(map, JSON.stringify({ imports: mapped }));
  return ["run", "-A", "--quiet", "--no-config", `--import-map=${map}`, MAIN];
}
