import { assertEquals } from "@std/assert";
import { join } from "@std/path";
import manifest from "../../deno.json" with { type: "json" };
import { freePort } from "../../scripts/lab/config.ts";
import { until } from "../../scripts/lab/until.ts";
import { IMPORT_MAP, ROOT } from "../../scripts/paths.ts";
import { mustRun } from "../helpers/tools.ts";
import { openDesk } from "./desk.ts";

const packed = await Deno.makeTempDir({ prefix: "krakend-watch-jsr-" });
Deno.test.afterAll(() => Deno.remove(packed, { recursive: true }));
await mustRun(["cp", "-R", ...manifest.publish.include, packed], ROOT);

Deno.test("the files that JSR gets are a program: installed, it runs a gateway by swap, and says so", async () => {
  await using desk = await openDesk();
  const { code, output } = await desk.run([
    ...[Deno.execPath(), "install", "--global", "--allow-all", "--no-config"],
    ...["--root", join(desk.env["HOME"] ?? "", ".deno")],
    ...["--name", "krakend-watch", `--import-map=${IMPORT_MAP}`],
    join(packed, "main.ts"),
  ]);
  assertEquals(code, 0, output);
  const program = join(desk.env["HOME"] ?? "", ".deno", "bin", "krakend-watch");
  const port = freePort();
  await desk.save("krakend.json", JSON.stringify({ version: 3, port }));
  await using task = desk.start([program, "--log-format=json"]);
  await until("a gateway is ready", () => task.text().includes('"ready"'), {
    evidence: task.text,
  });
  const events = task.text().split("\n").filter((it) => it.startsWith("{"))
    .map((it) => JSON.parse(it));
  const watching = events.find(({ event }) => event === "watching");
  assertEquals([watching.handover, watching.reason], [
    "swap",
    Deno.build.os === "linux"
      ? "the file krakend-watch-keeper is missing beside krakend-watch"
      : "this needs Linux",
  ]);
});

Deno.test("deno publish takes the package, without the modules of tests and builds", async () => {
  // @std by the import map, as JSR may be out of reach.
  const { imports } = JSON.parse(await Deno.readTextFile(IMPORT_MAP));
  await mustRun(["cp", "-R", join(ROOT, "scripts", "std"), packed]);
  const mapped = Object.entries<string>(imports).map(([name, path]) =>
    [name, path.replace(/^.*\/scripts\/std\//, "./std/")] as const
  ).filter(([name]) => !name.endsWith("/"));
  const { publish } = manifest;
  const config = {
    ...manifest,
    imports: Object.fromEntries(mapped),
    publish: { include: [...publish.include, "std"] },
  };
  await Deno.writeTextFile(join(packed, "deno.json"), JSON.stringify(config));
  const { success, stderr } = await new Deno.Command(Deno.execPath(), {
    args: [
      ...["publish", "--dry-run", "--allow-dirty", "--allow-slow-types"],
      "--no-check",
    ],
    cwd: packed,
    env: { NO_COLOR: "1" },
  }).output();
  const text = new TextDecoder().decode(stderr);
  assertEquals(success, true, text);
  const folders = new Set(
    [...text.matchAll(/^ +file:\/\/\S+\/krakend-watch-jsr-\w+\/(\w+)\//gm)]
      .map(([, name]) => name),
  );
  assertEquals([...folders].sort(), ["lib", "std"]);
});
