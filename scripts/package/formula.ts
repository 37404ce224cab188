/**
 * The formula of Homebrew, for the files of a release.
 *
 * @see https://docs.brew.sh/Formula-Cookbook
 * @module
 */

import {
  LICENSES_FILE,
  MAN_FILE,
  type Target,
  TARGETS,
} from "../build/targets.ts";
import { HOMEPAGE, SUMMARY, VERSION } from "./about.ts";

/**
 * Returns the text of the formula.
 *
 * @param sums The SHA-256 sums of the files of a build, by their names.
 * @param url Where these files are.
 * @throws {Error} If there is a file without a sum.
 */
export function formulaText(
  sums: ReadonlyMap<string, string>,
  url: string = `${HOMEPAGE}/releases/download/v${VERSION}`,
): string {
  const sumOf = (file: string) => {
    const sum = sums.get(file);
    if (sum) return sum;
    throw new Error(`The formula needs ${file}: build all targets first`);
  };
  const source = (file: string, indent: string) =>
    [`url "${url}/${file}"`, `sha256 "${sumOf(file)}"`]
      .map((line) => indent + line).join("\n");
  const onSystem = (system: string, brew: string) =>
    `  on_${brew} do
${
      TARGETS.filter(({ name }) => name.startsWith(system))
        .map((target) =>
          `    on_${archOf(target)} do
${source(target.file, "      ")}
    end`
        ).join("\n")
    }
  end`;
  const desc = SUMMARY.replace(/^./, (letter) => letter.toUpperCase());
  return `# Made by the release of krakend-watch ${VERSION}.
class KrakendWatch < Formula
  desc "${desc}"
  homepage "${HOMEPAGE}"
  version "${VERSION}"
  # Of krakend-watch itself; LICENSES.txt has those of all that is in a file.
  license "MIT"

${onSystem("darwin", "macos")}

${onSystem("linux", "linux")}

  resource "manual" do
${source(MAN_FILE, "    ")}
  end

  resource "licenses" do
${source(LICENSES_FILE, "    ")}
  end

  def install
    bin.install Dir["krakend-watch-*"].first => "krakend-watch"
    # A file that is no archive is downloaded without the right to run it.
    chmod 0555, bin/"krakend-watch"
    generate_completions_from_executable(bin/"krakend-watch", shell_parameter_format: "--completions=")
    resource("manual").stage { man1.install "${MAN_FILE}" }
    resource("licenses").stage { doc.install "${LICENSES_FILE}" }
  end

  test do
    assert_match "krakend-watch #{version} ", shell_output("#{bin}/krakend-watch --version")
  end
end
`;
}

function archOf({ name }: Target): "arm" | "intel" {
  return name.endsWith("arm64") ? "arm" : "intel";
}
