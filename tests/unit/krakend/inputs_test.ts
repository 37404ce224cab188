import { assertEquals } from "@std/assert";
import fc from "fast-check";
import {
  compiledOutput,
  explainPartials,
  type Files,
  flexibleInputs,
  inclusionsOf,
  inputsOf,
} from "../../../lib/krakend/inputs.ts";
import { withinAConstant } from "./bounded.ts";

/** Each input with the reason for it. */
function said(config: unknown): string[] {
  return inputsOf(config).map(({ path, why }) => `${path}: ${why}`);
}

Deno.test("certificates, keys and authorities are inputs, however their names are written", () => {
  const config = {
    TLS: {
      Public_Key: "a.pem",
      private_key: "a.key",
      keys: [{ public_key: "b.pem", Private_Key: "b.key" }],
      ca_certs: ["ca.pem"],
    },
    client_tls: {
      // KrakenD takes one text for a list of one.
      CA_Certs: "c.pem",
      client_certs: [{ certificate: "d.pem", private_key: "d.key" }],
    },
  };
  assertEquals(said(config), [
    "a.pem: tls.public_key",
    "a.key: tls.private_key",
    "b.pem: tls.keys.public_key",
    "b.key: tls.keys.private_key",
    "ca.pem: tls.ca_certs",
    "c.pem: client_tls.ca_certs",
    "d.pem: client_tls.client_certs.certificate",
    "d.key: client_tls.client_certs.private_key",
  ]);
  assertEquals(said({ tls: { disabled: "true", public_key: "a.pem" } }), []);
});

Deno.test("scripts, key sets, queries and catalogs are inputs wherever a component may stand", () => {
  const config = {
    extra_config: { "modifier/lua-endpoint": { sources: ["1.lua"] } },
    endpoints: [{
      endpoint: "/a",
      extra_config: {
        "auth/validator": { JWK_Local_Path: "2.json", jwk_local_ca: "3.pem" },
        "github.com/devopsfaith/krakend-lua/proxy": { sources: ["4.lua"] },
        "modifier/lua-proxy": { live: true, sources: ["live.lua"] },
      },
      backend: [{
        extra_config: { "backend/graphql": { query_path: "5.graphql" } },
      }],
    }],
    async_agent: [{
      backend: { extra_config: { "auth/signer": { jwk_local_path: "6" } } },
    }],
    grpc: { catalog: ["7.pb"] },
  };
  assertEquals(said(config).sort(), [
    "1.lua: modifier/lua-endpoint.sources",
    "2.json: auth/validator.jwk_local_path",
    "3.pem: auth/validator.jwk_local_ca",
    "4.lua: github.com/devopsfaith/krakend-lua/proxy.sources",
    "5.graphql: backend/graphql.query_path",
    "6: auth/signer.jwk_local_path",
    "7.pb: grpc.catalog",
  ]);
});

Deno.test("of the plugin folder, the files count whose names hold the pattern", () => {
  const [input] = inputsOf({ plugin: { folder: "p", pattern: ".so" } });
  const folder = { isDeep: false, pattern: ".so", atEnd: false };
  assertEquals(input, { path: "p", why: "plugin.folder", folder });
});

Deno.test("no configuration is too strange, and every input has a path", () => {
  const keys = fc.constantFrom(
    ...["tls", "keys", "endpoints", "backend", "extra_config", "plugin"],
    ...["modifier/lua-proxy", "sources", "folder", "ca_certs", "__proto__"],
    ...["constructor", "github.com/constructor"],
  );
  const { tree } = fc.letrec((tie) => ({
    tree: fc.oneof(
      { maxDepth: 6 },
      fc.constantFrom(null, 1, true, "a.pem", "", "\0"),
      fc.array(tie("tree"), { maxLength: 3 }),
      fc.dictionary(keys, tie("tree")),
    ),
  }));
  fc.assert(fc.property(tree, (config) => {
    for (const { path } of inputsOf(config)) assertEquals(path, "a.pem");
  }));
});

/** Files that stand only in a test. */
function filesOf(contents: Readonly<Record<string, string>>): Files {
  return {
    read: (path) => {
      const text = contents[path];
      return text === undefined ? undefined : new TextEncoder().encode(text);
    },
    list: (folder) =>
      Object.keys(contents).filter((path) => path.startsWith(`${folder}/`))
        .map((path) => path.slice(folder.length + 1)),
  };
}

Deno.test("the folders of flexible configuration are inputs while it is on, and FC_OUT never is", () => {
  const env = {
    FC_ENABLE: "1",
    FC_SETTINGS: "s",
    FC_TEMPLATES: "t",
    FC_PARTIALS: "p",
    FC_OUT: "out.json",
  };
  assertEquals(flexibleInputs("k.json", env, filesOf({})), [
    {
      path: "s",
      why: "FC_SETTINGS",
      folder: { isDeep: false, pattern: ".json", atEnd: true },
    },
    {
      path: "t",
      why: "FC_TEMPLATES",
      folder: { isDeep: false, pattern: ".tmpl", atEnd: true },
    },
    {
      path: "p",
      why: "FC_PARTIALS",
      folder: { isDeep: true, pattern: "", atEnd: false },
    },
  ]);
  assertEquals(compiledOutput(env), "out.json");
  const off = { ...env, FC_ENABLE: "" };
  assertEquals(flexibleInputs("k.json", off, filesOf({})), []);
  assertEquals(compiledOutput(off), undefined);
});

Deno.test("partials from elsewhere than FC_PARTIALS are inputs", () => {
  const files = filesOf({
    "k.json": '{{ include "a.txt" }} {{ include "../b.txt" }}',
    "t/x.tmpl": '{{ include "/c.txt" }} {{ include "a.txt" }}',
    "t/y.txt": '{{ include "d.txt" }}',
  });
  const paths = (env: Record<string, string>) =>
    flexibleInputs(
      "k.json",
      { FC_ENABLE: "1", FC_TEMPLATES: "t", ...env },
      files,
    )
      .filter(({ why }) => why === "included by a template")
      .map(({ path }) => path);
  assertEquals(paths({}), ["a.txt", "../b.txt", "/c.txt"]);
  assertEquals(paths({ FC_PARTIALS: "p" }), ["b.txt"]);
  assertEquals(paths({ FC_PARTIALS: "../p" }), ["../b.txt"]);
  assertEquals(paths({ FC_CONFIG: "fc.json" }), []);
});

Deno.test("what the file of the Enterprise edition names is an input, and a broken one does no harm", () => {
  const env = { FC_ENABLE: "1", FC_CONFIG: "fc.json" };
  const paths = (text: string) =>
    flexibleInputs("k.json", env, filesOf({ "fc.json": text }))
      .map(({ path }) => path);
  const text =
    '{"settings": {"paths": ["s1", "s2"]}, "partials": {"paths": ["x"]}, "out": "o"}';
  assertEquals(paths(text), ["fc.json", "s1", "s2", "x"]);
  assertEquals(paths("{"), ["fc.json"]);
});

/** The first lines of the warnings about partials. */
function warned(
  contents: Readonly<Record<string, string>>,
  env: Readonly<Record<string, string>> = {},
): string[] {
  const all = { FC_ENABLE: "1", FC_TEMPLATES: "t", ...env };
  return explainPartials("k.json", all, filesOf(contents))
    .map(({ reason }) => reason);
}

Deno.test("a partial that is missing is warned of, with the place that includes it", () => {
  const contents = {
    "k.json": '{{ include "here.txt" }}\n{{ include "gone.txt" }}',
    "t/a.tmpl": '{{ include "lost.txt" }}',
    "p/here.txt": "",
  };
  const message = "is missing: KrakenD puts nothing in its place";
  assertEquals(warned(contents, { FC_PARTIALS: "p" }), [
    `k.json:2:4: the partial p/gone.txt ${message}`,
    `t/a.tmpl:1:4: the partial p/lost.txt ${message}`,
  ]);
  assertEquals(warned(contents, { FC_ENABLE: "" }), []);
});

Deno.test("a partial with a computed name is warned of once, unless FC_PARTIALS is watched", () => {
  const contents = { "k.json": "\n{{ include .env.a }}{{ include .env.b }}" };
  const [warning = "", ...more] = warned(contents);
  assertEquals(more, []);
  assertEquals(warning.startsWith("k.json:2:4: "), true, warning);
  assertEquals(warning.includes("--watch"), true, warning);
  assertEquals(warned(contents, { FC_PARTIALS: "p" }), []);
});

/** Templates, and the partials that they include. */
// deno-fmt-ignore
const TEMPLATES: readonly (readonly [template: string, ...partials: (string | undefined)[]])[] = [
  ['{{ include "a" }}', "a"],
  ['{{include "a"}}', "a"],
  ['{{- include "a" -}}', "a"],
  ["{{ include `a` }}", "a"],
  ['{{ include\n\t"a" }}', "a"],
  ['{{ include "a" | trim | indent 2 }}', "a"],
  ['{{ printf "%s" (include "a") }}', "a"],
  ['{{ $x := include "a" }}{{ include "b" }}', "a", "b"],
  ['{"k": "{{ include "a" }}"}', "a"],
  ['{{ "}}" }}{{ include "a" }}', "a"],
  ['{{ \'"\' }}{{ include "a" }}', "a"],
  ['{{/* no */}}{{ include "a" }}', "a"],
  ['include "a"'],
  ['{{/* include "a" */}}'],
  ['{{- /* {{ include "a" }} */ -}}'],
  ['{{ "include `a`" }}'],
  ['{{ `include "a"` }}'],
  ['{{ .include "a" }}{{ $include "a" }}{{ includes "a" }}{{ template "a" }}'],
  ['{{ "x }}{{ include "a" }}'],
  // One whose name is computed has none.
  ["{{ include .name }}", undefined],
  ['{{ include (printf "%s.json" .name) }}', undefined],
  ['{{ "a" | include }}', undefined],
];

Deno.test("the partials that a template includes are found, and nothing else", () => {
  for (const [template, ...partials] of TEMPLATES) {
    const found = inclusionsOf(template);
    assertEquals(found.map(({ partial }) => partial), partials, template);
    for (const { offset } of found) {
      assertEquals(template.slice(offset, offset + 7), "include");
    }
  }
});

Deno.test("partials are found whatever stands between them", () => {
  const names = fc.array(fc.stringMatching(/^[\w./ {}-]{1,9}$/));
  // Before an action, a brace would open it too early.
  const text = fc.string().map((it) => it.replaceAll("{", ""));
  fc.assert(fc.property(names, text, (names, text) => {
    const template = names.map((it) => `${text}{{ include "${it}" }}`).join("");
    assertEquals(inclusionsOf(template).map(({ partial }) => partial), names);
  }));
});

Deno.test("the time to read a template does not grow with actions that are never closed", () => {
  for (const part of ["{{ x ", '{{ "x ', "{{ ` ", "x ", "' "]) {
    withinAConstant((size) => {
      const template = `{{ include "a" }}{{ ${part.repeat(size)}`;
      return () => inclusionsOf(template);
    });
  }
});
