/**
 * The list of what the files of a release are made of, for programs: SPDX 2.3.
 *
 * @see https://spdx.github.io/spdx-spec/v2.3/
 * @module
 */

import manifest from "../../deno.json" with { type: "json" };
import { ROOT } from "../paths.ts";
import { runTool } from "../static/tool.ts";
import { type Component, componentsOf, type Contents } from "./components.ts";

/** Writes the list for a release. */
export function sbomText(contents: Contents, created: Date): string {
  const own = {
    name: "krakend-watch",
    version: manifest.version,
    license: "MIT",
    copyright: ["Copyright (c) 2026 the krakend-watch authors"],
  } as const;
  const [root, ...others] = [own, ...componentsOf(contents)].map(packageOf);
  const document = {
    spdxVersion: "SPDX-2.3",
    dataLicense: "CC0-1.0",
    SPDXID: "SPDXRef-DOCUMENT",
    name: `krakend-watch-${manifest.version}`,
    documentNamespace: `urn:spdx:krakend-watch:${manifest.version}`,
    creationInfo: {
      created: created.toISOString().replace(/\.\d+Z$/, "Z"),
      creators: ["Tool: krakend-watch-build"],
    },
    packages: [root, ...others],
    relationships: [
      relationship("SPDXRef-DOCUMENT", "DESCRIBES", root?.SPDXID),
      ...others.map((it) => relationship(root?.SPDXID, "CONTAINS", it.SPDXID)),
    ],
  };
  return `${JSON.stringify(document, undefined, 2)}\n`;
}

/** The time of the sources: the same for every build of a commit. */
export async function sourceDate(): Promise<Date> {
  const told = Deno.env.get("SOURCE_DATE_EPOCH");
  const git = ["git", "log", "-1", "--format=%ct"];
  const seconds = told ?? (await runTool(git, { cwd: ROOT })).output.trim();
  // Sources that come without Git have no time.
  return new Date(Number(seconds) * 1_000 || 0);
}

function packageOf({ name, version, license, copyright, note }: Component) {
  return {
    SPDXID: `SPDXRef-${name.replaceAll(/[^A-Za-z0-9]+/g, "-")}`,
    name,
    versionInfo: version,
    downloadLocation: "NOASSERTION",
    filesAnalyzed: false,
    licenseConcluded: license,
    licenseDeclared: license,
    copyrightText: copyright.join("\n"),
    ...(note !== undefined && { comment: note }),
  };
}

function relationship(from = "", type: string, to = "") {
  return {
    spdxElementId: from,
    relationshipType: type,
    relatedSpdxElement: to,
  };
}
