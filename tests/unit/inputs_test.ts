import { assertEquals, assertThrows } from "@std/assert";
import { UsageError } from "../../lib/errors.ts";
import { inputsOf, type InputSources } from "../../lib/inputs.ts";

const SOURCES = {
  cwd: "/etc/krakend",
  configFile: "/etc/krakend/krakend.json",
  watch: [],
  patterns: undefined,
  named: [],
  folders: [],
  output: undefined,
  all: false,
} satisfies InputSources;

const PATTERNS = {
  globs: [],
  inverseGlobs: [],
  regexes: [],
  inverseRegexes: [],
  only: undefined,
};

Deno.test("the configuration file is an input, and with no other options the only one", () => {
  const { scope, why } = inputsOf(SOURCES);
  assertEquals(scope, { files: [SOURCES.configFile], trees: [] });
  assertEquals(why(SOURCES.configFile), "the configuration");
});

Deno.test("a path of --watch is resolved from the working folder", () => {
  const { scope, why } = inputsOf({ ...SOURCES, watch: ["../tls", "/a"] });
  assertEquals(scope.trees.map(({ path }) => path), ["/etc/tls", "/a"]);
  assertEquals(why("/etc/tls/tls.pem"), "--watch ../tls");
  assertEquals(why("/etc/tls/..data/tls.pem"), "--watch ../tls");
  assertEquals(why("/a"), "--watch /a");
});

Deno.test("in a folder of --watch all files count, but not folders and editors' files", () => {
  const [tree] = inputsOf({ ...SOURCES, watch: ["x"] }).scope.trees;
  assertEquals(tree?.accepts("a/b.pem", false), true);
  assertEquals(tree?.accepts("a/", true), false);
  assertEquals(tree?.accepts("a/.b.pem.swp", false), false);
  assertEquals(tree?.excludesFolder(".git/"), true);
});

Deno.test("--all makes the files of editors and version control count", () => {
  const sources = { ...SOURCES, watch: ["x"], all: true };
  const [tree] = inputsOf(sources).scope.trees;
  assertEquals(tree?.accepts("a/.b.pem.swp", false), true);
  assertEquals(tree?.excludesFolder(".git/"), false);
});

Deno.test("patterns choose in the working folder", () => {
  const patterns = { ...PATTERNS, globs: ["*.tmpl"] };
  const { scope, why } = inputsOf({ ...SOURCES, patterns });
  const [tree] = scope.trees;
  assertEquals(tree?.path, SOURCES.cwd);
  assertEquals(tree?.accepts("a.tmpl", false), true);
  assertEquals(tree?.accepts("a.json", false), false);
  assertEquals(why("/etc/krakend/a.tmpl"), "matches the patterns");
});

Deno.test("a pattern that makes no sense is refused", () => {
  const patterns = { ...PATTERNS, regexes: ["("] };
  assertThrows(() => inputsOf({ ...SOURCES, patterns }), UsageError, '"("');
});
