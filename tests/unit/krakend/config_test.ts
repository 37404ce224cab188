import { assertEquals, assertThrows } from "@std/assert";
import { join } from "@std/path";
import {
  formatOf,
  noticesTruncation,
  parseConfig,
  readConfig,
} from "../../../lib/krakend/config.ts";
import { withFolder } from "../support.ts";

const CONFIG = { version: 3, port: 8080, endpoints: [{ endpoint: "/a" }] };
const JSON_TEXT = JSON.stringify(CONFIG);
const YAML_TEXT = "version: 3\nport: 8080\nendpoints:\n  - endpoint: /a\n";
const TOML_TEXT = 'version = 3\nport = 8080\n[[endpoints]]\nendpoint = "/a"\n';

Deno.test("formatOf() goes by the extension alone, as KrakenD does", () => {
  const paths = ["a.json", "a.yml", "a.yaml", "a.toml", "a", "a.YAML", "yml"];
  assertEquals(paths.map(formatOf), [
    "json",
    "yaml",
    "yaml",
    "toml",
    "json",
    "json",
    "json",
  ]);
});

Deno.test("parseConfig() reads the same out of every format", () => {
  assertEquals(parseConfig(JSON_TEXT, "json"), CONFIG);
  assertEquals(parseConfig(YAML_TEXT, "yaml"), CONFIG);
  assertEquals(parseConfig(TOML_TEXT, "toml"), CONFIG);
});

Deno.test("parseConfig() throws for a text that is not of the format", () => {
  assertThrows(() => parseConfig(YAML_TEXT, "json"), SyntaxError);
  assertThrows(() => parseConfig("a: [", "yaml"), SyntaxError);
  assertThrows(() => parseConfig("a = [", "toml"), SyntaxError);
});

Deno.test("every cut through a JSON file is noticed", () => {
  assertEquals(noticesTruncation("json"), true);
  for (let length = 0; length < JSON_TEXT.length; length++) {
    const half = JSON_TEXT.slice(0, length);
    assertThrows(() => parseConfig(half, "json"), SyntaxError);
  }
});

Deno.test("a cut through a YAML or TOML file can go unnoticed", () => {
  assertEquals(parseConfig(YAML_TEXT.slice(0, 22), "yaml"), {
    version: 3,
    port: 8080,
  });
  assertEquals(parseConfig(TOML_TEXT.slice(0, 12), "toml"), { version: 3 });
  assertEquals(noticesTruncation("yaml"), false);
  assertEquals(noticesTruncation("toml"), false);
});

Deno.test("readConfig() reads what flexible configuration made of the templates, if it is on", () =>
  withFolder(async (folder) => {
    const source = {
      configFile: join(folder, "krakend.json"),
      compiledFile: join(folder, "compiled.json"),
    };
    await Deno.writeTextFile(source.configFile, '{"port": 1}');
    await Deno.writeTextFile(source.compiledFile, '{"port": 2}');
    const read = (env: Record<string, string>) =>
      readConfig({ ...source, env });
    assertEquals(await read({}), { port: 1 });
    assertEquals(await read({ FC_ENABLE: "" }), { port: 1 });
    assertEquals(await read({ FC_ENABLE: "1" }), { port: 2 });
  }));

Deno.test("readConfig() knows nothing of a file that it cannot read", () =>
  withFolder(async (folder) => {
    const read = (name: string) =>
      readConfig({ configFile: join(folder, name), compiledFile: "", env: {} });
    await Deno.writeTextFile(join(folder, "broken.json"), "{");
    assertEquals(await read("broken.json"), undefined);
    assertEquals(await read("missing.json"), undefined);
    await Deno.writeTextFile(join(folder, "fine.yml"), YAML_TEXT);
    assertEquals(await read("fine.yml"), CONFIG);
  }));
