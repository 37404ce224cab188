import { assertEquals, assertMatch } from "@std/assert";
import { sbomText } from "../../../scripts/build/sbom.ts";

const DATE = new Date("2026-01-02T03:04:05.678Z");
const TEXT = sbomText({ runtime: "denort", isStatic: true }, DATE);

Deno.test("the list for programs names all that is in a file, with versions and licences", () => {
  const { packages } = JSON.parse(TEXT);
  const names = packages.map((it: { name: string }) => it.name);
  assertEquals(names, [
    "krakend-watch",
    "The Deno standard library",
    "jsonc-parser",
    "Deno",
    "The GNU C Library (ld.so, libc and their companions)",
    "libgcc_s, the runtime library of GCC",
  ]);
  for (const it of packages) {
    assertMatch(it.versionInfo, /\d/, it.name);
    assertMatch(
      it.licenseDeclared,
      /^(MIT|L?GPL-[\d.]+-or-later( WITH \S+)?)$/,
    );
    // See the field's definition in the specification, 7.2.
    assertMatch(it.SPDXID, /^SPDXRef-[A-Za-z0-9.-]+$/);
  }
});

Deno.test("the list begins at krakend-watch, and has the time of the sources", () => {
  const { relationships, creationInfo } = JSON.parse(TEXT);
  assertEquals(relationships[0], {
    spdxElementId: "SPDXRef-DOCUMENT",
    relationshipType: "DESCRIBES",
    relatedSpdxElement: "SPDXRef-krakend-watch",
  });
  assertEquals(relationships.length, 6);
  assertEquals(creationInfo.created, "2026-01-02T03:04:05Z");
});
