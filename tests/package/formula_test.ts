import { assert, assertEquals, assertThrows } from "@std/assert";
import { TARGETS } from "../../scripts/build/targets.ts";
import { formulaText } from "../../scripts/package/formula.ts";
import { requireInstalled } from "../helpers/tools.ts";

const NAMES = [
  ...TARGETS.map(({ file }) => file),
  "krakend-watch.1",
  "LICENSES.txt",
];
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
    ...["resource", ...source(4), "resource", ...source(5)],
    ...["resource", "resource"],
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

/** What Homebrew gives to a formula: a file that is fetched has no right to be run, and `install` moves it. */
const HOMEBREW = `
require "fileutils"
require "pathname"

class Pathname
  def install(what)
    mkpath
    (what.is_a?(Hash) ? what : { what => what }).each { |from, to| FileUtils.mv(from, self/to) }
  end
end

class Formula
  FILES, PREFIX = ARGV.map { |path| Pathname(path) }
  %i[desc homepage version license sha256 test].each { |name| define_singleton_method(name) { |*| } }
  %i[on_macos on_arm].each { |name| define_singleton_method(name) { |&_| } }
  %i[on_linux on_intel].each { |name| define_singleton_method(name) { |&block| block.call } }
  class << self
    attr_reader :resources

    def url(url)
      (@resources ||= {})[@resource] = File.basename(url)
    end

    def resource(name)
      @resource = name
      yield
      @resource = nil
    end
  end

  Stage = Struct.new(:file) do
    def stage
      Dir.mkdir(file)
      Dir.chdir(file) do
        FileUtils.cp(FILES/file, ".")
        File.chmod(0644, file)
        yield
      end
    end
  end

  def resource(name) = Stage.new(self.class.resources.fetch(name))
  def chmod(mode, path) = File.chmod(mode, path)
  def bin = PREFIX/"bin"
  def man1 = PREFIX/"man1"
  def doc = PREFIX/"doc"

  def generate_completions_from_executable(path, shell_parameter_format:)
    %w[bash zsh fish].each do |shell|
      system(path.to_s, shell_parameter_format + shell, exception: true)
    end
  end
end

eval($stdin.read)
KrakendWatch.new.resource(nil).stage { KrakendWatch.new.install }
`;

const reason = await requireInstalled({ ruby: "ruby" });
Deno.test({
  name: `Homebrew can install what the formula names${
    reason ? ` (skipped: ${reason})` : ""
  }`,
  ignore: reason !== undefined,
  async fn() {
    const folder = await Deno.makeTempDir({ prefix: "krakend-watch-test-" });
    const [files, prefix] = [`${folder}/files`, `${folder}/prefix`];
    try {
      await Deno.mkdir(files);
      for (const name of NAMES) {
        await Deno.writeTextFile(
          `${files}/${name}`,
          `#!/bin/sh\necho "${name} $1"\n`,
        );
      }
      const child = new Deno.Command("ruby", {
        args: ["-e", HOMEBREW, files, prefix],
        cwd: folder,
        stdin: "piped",
        stdout: "piped",
        stderr: "piped",
      }).spawn();
      const writer = child.stdin.getWriter();
      await writer.write(new TextEncoder().encode(TEXT));
      await writer.close();
      const { success, stdout, stderr } = await child.output();
      const decoder = new TextDecoder();
      assert(success, decoder.decode(stderr));
      assertEquals(
        decoder.decode(stdout).trim().split("\n"),
        ["bash", "zsh", "fish"].map((shell) =>
          `krakend-watch-linux-amd64 --completions=${shell}`
        ),
      );
      const installed = ["bin", "man1", "doc"].flatMap((name) =>
        [...Deno.readDirSync(`${prefix}/${name}`)].map((it) => it.name)
      );
      assertEquals(installed, [
        "krakend-watch",
        "krakend-watch.1",
        "LICENSES.txt",
      ]);
    } finally {
      await Deno.remove(folder, { recursive: true });
    }
  },
});
