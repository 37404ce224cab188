import { assert, assertEquals } from "@std/assert";
import { chooseMode } from "../../../lib/watch/mode.ts";
import { parseMountInfo } from "../../../lib/watch/mounts.ts";
import {
  DOCKER_DESKTOP_FAKEOWNER,
  DOCKER_DESKTOP_FILE,
  LINUX,
} from "./mounts_samples.ts";

const CONFIG = "/etc/krakend/krakend.json";

/** A listing of the configuration alone. */
const LISTING = {
  paths: [CONFIG],
  folders: [{ path: "/etc/krakend", identity: "1" }],
  roots: [],
  inputs: new Map([[CONFIG, CONFIG]]),
  turnings: new Map<string, string>(),
  trees: [],
  isBrief: false,
};

function choose(mountInfo: string, pollMs?: number) {
  return chooseMode(LISTING, { pollMs, mounts: parseMountInfo(mountInfo) });
}

Deno.test("on a disk, events are trusted, and a look once a second finds the rest", () => {
  assertEquals(choose(LINUX), {
    mode: { usesEvents: true, trustsEvents: true, intervalMs: 1_000 },
    warnings: [],
  });
});

Deno.test("where there is no table of mounts, events are trusted", () => {
  assertEquals(choose("").mode.trustsEvents, true);
});

Deno.test("a folder shared by a host is looked at more often, and the reason is told", () => {
  const { mode, warnings } = choose(DOCKER_DESKTOP_FAKEOWNER);
  assertEquals(mode, {
    usesEvents: true,
    trustsEvents: false,
    intervalMs: 300,
  });
  assertEquals(warnings.length, 1);
  assert(warnings[0]?.startsWith("/etc/krakend is on a folder shared"));
  assert(warnings[0]?.includes("--poll"));
});

Deno.test("--poll decides alone, and asks for no events", () => {
  assertEquals(choose(DOCKER_DESKTOP_FAKEOWNER, 50), {
    mode: { usesEvents: false, trustsEvents: false, intervalMs: 50 },
    warnings: [],
  });
});

Deno.test("a file that is mounted by itself is warned about, with the remedy", () => {
  const [warning = ""] = choose(DOCKER_DESKTOP_FILE, 50).warnings;
  assert(warning.startsWith(`${CONFIG} is mounted as a single file:`));
  assert(warning.includes("mount its folder instead"));
});

Deno.test("a file that is mounted by itself and was replaced outside is known to be dead", () => {
  const path = "/etc/krakend/partner.json";
  const listing = { ...LISTING, inputs: new Map([[path, path]]) };
  const mounts = parseMountInfo(DOCKER_DESKTOP_FILE);
  const [warning = ""] = chooseMode(listing, { pollMs: 50, mounts }).warnings;
  assert(warning.includes("no change will arrive"), warning);
});
