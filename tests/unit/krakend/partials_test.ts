import { assertEquals } from "@std/assert";
import { join } from "@std/path";
import { findMissingPartials } from "../../../lib/krakend/partials.ts";
import { withFolder } from "../support.ts";

Deno.test("partials that are not there are warned of, with the line that includes them", () =>
  withFolder(async (cwd) => {
    await Deno.mkdir(join(cwd, "p"));
    await Deno.mkdir(join(cwd, "t"));
    await Deno.writeTextFile(join(cwd, "p/here.txt"), "");
    await Deno.writeTextFile(
      join(cwd, "krakend.json"),
      '{{ include "here.txt" }}\n{{ include "gone.txt" }}',
    );
    await Deno.writeTextFile(join(cwd, "t/a.tmpl"), '{{ include "lost.txt" }}');
    const env = { FC_ENABLE: "1", FC_PARTIALS: "p", FC_TEMPLATES: "t" };
    const find = (changes: Record<string, string> = {}) =>
      findMissingPartials({
        configFile: "krakend.json",
        cwd,
        env: { ...env, ...changes },
      });
    const firstLines = (await find()).map((text) => text.split("\n")[0]);
    const message = (name: string) =>
      `the partial "${name}" is not there, and KrakenD puts nothing in its place`;
    assertEquals(firstLines, [
      `krakend.json:2:4: warning: ${message("gone.txt")}`,
      `t/a.tmpl:1:4: warning: ${message("lost.txt")}`,
    ]);
    assertEquals(await find({ FC_ENABLE: "" }), []);
  }));

Deno.test("partials are looked for where KrakenD looks for them, and a folder is none", () =>
  withFolder(async (cwd) => {
    await Deno.mkdir(join(cwd, "p/folder"), { recursive: true });
    await Deno.writeTextFile(join(cwd, "p/here"), "");
    await Deno.writeTextFile(join(cwd, "beside"), "");
    const missing = async (name: string, env: Record<string, string>) => {
      await Deno.writeTextFile(join(cwd, "k.json"), `{{ include "${name}" }}`);
      const where = { configFile: "k.json", cwd };
      const found = await findMissingPartials({
        ...where,
        env: { FC_ENABLE: "1", ...env },
      });
      return found.length;
    };
    const env = { FC_PARTIALS: "p" };
    assertEquals(await missing("here", env), 0);
    assertEquals(await missing("/here", env), 0);
    assertEquals(await missing("../beside", env), 0);
    assertEquals(await missing(join(cwd, "beside"), env), 1);
    assertEquals(await missing("folder", env), 1);
    assertEquals(await missing("beside", {}), 0);
    assertEquals(await missing("here", {}), 1);
    assertEquals(await missing("gone", { ...env, FC_CONFIG: "fc.json" }), 0);
  }));
