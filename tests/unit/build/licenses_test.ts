import { assert, assertEquals } from "@std/assert";
import { walk } from "@std/fs";
import { fromFileUrl, join } from "@std/path";
import { componentsOf, STD_PARTS } from "../../../scripts/build/components.ts";
import { DENO_VERSION } from "../../../scripts/build/deno_cli.ts";
import { licensesText } from "../../../scripts/build/licenses.ts";

const ROOT = fromFileUrl(new URL("../../../", import.meta.url));

Deno.test("a bundle has no licences but ours and those of what it imports", async () => {
  const text = await licensesText({ runtime: "bundle" });
  const titles = [...text.matchAll(/^(.+)\n=+$/gm)].map(([, title]) => title);
  assertEquals(titles, [
    "krakend-watch",
    "The Deno standard library",
    "jsonc-parser",
    "RE2JS",
    "smol-toml",
    "The MIT licence",
    "The licence of smol-toml",
  ]);
  const permission = "Permission is hereby granted, free of charge";
  assertEquals(text.split(permission).length - 1, 2);
});

Deno.test("a file is made of more than a bundle is: of Deno, and on Linux of glibc", () => {
  const names = (contents: Parameters<typeof componentsOf>[0]) =>
    componentsOf(contents).map(({ license }) => license).join(", ");
  const mit = "MIT, MIT, MIT, BSD-3-Clause";
  assertEquals(names({ runtime: "bundle" }), mit);
  const deno = `${mit}, MIT, BSD-3-Clause`;
  assertEquals(names({ runtime: "denort" }), deno);
  assertEquals(
    names({ runtime: "deno CLI", isStatic: true }),
    `${deno}, LGPL-2.1-or-later, GPL-3.0-or-later WITH GCC-exception-3.1`,
  );
});

Deno.test("a file with a runtime has the licence of its engine, and says where those of Deno's crates are", async () => {
  const text = await licensesText({ runtime: "denort" });
  assert(text.includes("Neither the name of Google Inc. nor the names of its"));
  assert(text.includes(`/denoland/deno/blob/v${Deno.version.deno}/Cargo.lock`));
});

Deno.test("every component has a version and a copyright", () => {
  for (const it of componentsOf({ runtime: "denort", isStatic: true })) {
    assert(/\d/.test(it.version), `${it.name}: "${it.version}"`);
    assert(it.copyright.length > 0, it.name);
  }
});

Deno.test("the parts of @std that are named are those that the program imports", async () => {
  const parts = new Set<string>();
  for await (
    const { path } of walk(join(ROOT, "lib"), {
      exts: [".ts"],
      includeDirs: false,
    })
  ) {
    const text = await Deno.readTextFile(path);
    for (const [, part = ""] of text.matchAll(/"@std\/([a-z]+)/g)) {
      parts.add(part);
    }
  }
  assertEquals([...parts].sort(), STD_PARTS);
});

Deno.test("everything that runs Deno for this project runs the version that is built in", async () => {
  for (const path of [".ci/run", "README.md"]) {
    const text = await Deno.readTextFile(join(ROOT, path));
    const versions = new Set(
      [...text.matchAll(/deno@(\S+)/g)].map(([, it]) => it),
    );
    assertEquals([...versions], [DENO_VERSION], path);
  }
});
