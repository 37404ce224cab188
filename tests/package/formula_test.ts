import { assertEquals, assertThrows } from "@std/assert";
import { TARGETS } from "../../scripts/build/targets.ts";
import { formulaText } from "../../scripts/package/formula.ts";
import { requireInstalled } from "../helpers/tools.ts";

const NAMES = [...TARGETS.map(({ file }) => file), "krakend-watch.1"];
const SUMS = new Map(NAMES.map((name, i) => [name, `${i}`.repeat(64)]));
const TEXT = formulaText(SUMS, "https://example.com/v1");

Deno.test("the formula has each file with its sum, for its system and machine", () => {
  const places = [...TEXT.matchAll(
    /on_(macos|linux) do|on_(arm|intel) do|url "(.*)"|sha256 "(\d)\d*"|resource/g,
  )].map((match) => match.slice(1).find(Boolean) ?? "resource");
  const source = (i: number) => [`https://example.com/v1/${NAMES[i]}`, `${i}`];
  assertEquals(places, [
    ...["macos", "intel", ...source(2), "arm", ...source(3)],
    ...["linux", "intel", ...source(0), "arm", ...source(1)],
    ...["resource", ...source(4), "resource"],
  ]);
});

Deno.test("a formula that lacks a file is not made", () => {
  const sums = new Map(SUMS);
  sums.delete("krakend-watch-darwin-arm64");
  assertThrows(
    () => formulaText(sums),
    Error,
    "The formula needs krakend-watch-darwin-arm64: build all targets first",
  );
});

const reason = await requireInstalled({ ruby: "ruby" });
Deno.test({
  name: `Ruby reads the formula${reason ? ` (skipped: ${reason})` : ""}`,
  ignore: reason !== undefined,
  async fn() {
    const child = new Deno.Command("ruby", {
      args: ["-c", "-"],
      stdin: "piped",
      stdout: "piped",
    }).spawn();
    const writer = child.stdin.getWriter();
    await writer.write(new TextEncoder().encode(TEXT));
    await writer.close();
    assertEquals((await child.output()).success, true);
  },
});
