import { assertEquals } from "@std/assert";
import fc from "fast-check";
import {
  explainPartials,
  type Files,
  flexibleInputs,
  inclusionsOf,
  inputsOf,
} from "../../../lib/krakend/inputs.ts";

Deno.test("what a configuration names is an input, in any case and wherever a component may stand", () => {
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
    grpc: { catalog: ["7.pb"] },
    extra_config: { "modifier/lua-endpoint": { sources: ["1.lua"] } },
    endpoints: [{
      extra_config: {
        "auth/validator": { JWK_Local_Path: "2.json", jwk_local_ca: "3.pem" },
        "github.com/devopsfaith/krakend-lua/proxy": { sources: ["4.lua"] },
        // The gateway itself reads it again.
        "modifier/lua-proxy": { live: true, sources: ["live.lua"] },
      },
      backend: [{
        extra_config: { "backend/graphql": { query_path: "5.graphql" } },
      }],
    }],
    async_agent: [{
      backend: { extra_config: { "auth/signer": { jwk_local_path: "6" } } },
    }],
  };
  assertEquals(inputsOf(config).map(({ path, why }) => `${path}: ${why}`), [
    "a.pem: tls.public_key",
    "a.key: tls.private_key",
    "b.pem: tls.keys.public_key",
    "b.key: tls.keys.private_key",
    "ca.pem: tls.ca_certs",
    "c.pem: client_tls.ca_certs",
    "d.pem: client_tls.client_certs.certificate",
    "d.key: client_tls.client_certs.private_key",
    "7.pb: grpc.catalog",
    "1.lua: modifier/lua-endpoint.sources",
    "2.json: auth/validator.jwk_local_path",
    "3.pem: auth/validator.jwk_local_ca",
    "4.lua: github.com/devopsfaith/krakend-lua/proxy.sources",
    "5.graphql: backend/graphql.query_path",
    "6: auth/signer.jwk_local_path",
  ]);
  const off = { tls: { disabled: "true", public_key: "a.pem" } };
  assertEquals(inputsOf(off), []);
  assertEquals(inputsOf({ plugin: { folder: "p", pattern: ".so" } }), [{
    path: "p",
    why: "plugin.folder",
    folder: { isDeep: false, pattern: ".so", atEnd: false },
  }]);
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

/** Returns the paths of the inputs of flexible configuration. */
function flexible(
  env: Readonly<Record<string, string>>,
  contents: Readonly<Record<string, string>> = {},
): string[] {
  const all = { FC_ENABLE: "1", ...env };
  return flexibleInputs("k.json", all, filesOf(contents))
    .map(({ path }) => path);
}

Deno.test("the folders of flexible configuration are inputs while it is on, by the ends of names, and FC_OUT never is", () => {
  const env = {
    FC_ENABLE: "1",
    FC_SETTINGS: "s",
    FC_TEMPLATES: "t",
    FC_PARTIALS: "p",
    FC_OUT: "out.json",
  };
  const inputs = flexibleInputs("k.json", env, filesOf({}));
  assertEquals(inputs.map(({ path, folder }) => ({ path, ...folder })), [
    { path: "s", isDeep: false, pattern: ".json", atEnd: true },
    { path: "t", isDeep: false, pattern: ".tmpl", atEnd: true },
    { path: "p", isDeep: true, pattern: "", atEnd: false, isLazy: true },
  ]);
  assertEquals(flexible({ ...env, FC_ENABLE: "" }), []);
});

Deno.test("partials that templates include are inputs, wherever they are", () => {
  const contents = {
    "k.json": '{{ include "a.txt" }} {{ include "../b.txt" }}',
    "t/x.tmpl": '{{ include "/c.txt" }} {{ include "a.txt" }}',
    "t/y.txt": '{{ include "d.txt" }}',
  };
  const paths = (env: Record<string, string>) =>
    flexible({ FC_TEMPLATES: "t", ...env }, contents).slice(1);
  assertEquals(paths({}), ["a.txt", "../b.txt", "/c.txt"]);
  assertEquals(
    paths({ FC_PARTIALS: "p" }),
    ["p", "p/a.txt", "b.txt", "p/c.txt"],
  );
});

Deno.test("what the file of the Enterprise edition names is an input, and a broken one does no harm", () => {
  const text =
    '{"settings": {"paths": ["s1", "s2"]}, "partials": {"paths": ["x"]}, "out": "o"}';
  const paths = (text: string) =>
    flexible({ FC_CONFIG: "fc.json" }, { "fc.json": text });
  assertEquals(paths(text), ["fc.json", "s1", "s2", "x"]);
  assertEquals(paths("{"), ["fc.json"]);
});

Deno.test("partials that are missing are warned of with their places, and one with a computed name unless FC_PARTIALS is watched", () => {
  const contents = {
    "k.json": '{{ include "here.txt" }}\n{{ include "gone.txt" }}',
    "t/a.tmpl": '{{ include "lost.txt" }}{{ include .a }}{{ include .b }}',
    "here.txt": "",
    "p/here.txt": "",
  };
  const warnings = (env: Record<string, string>) =>
    explainPartials(
      "k.json",
      { FC_ENABLE: "1", FC_TEMPLATES: "t", ...env },
      filesOf(contents),
    ).map(({ reason }) => reason);
  const message = "is missing: KrakenD puts nothing in its place";
  assertEquals(warnings({}), [
    "t/a.tmpl:1:28: the name of this partial is computed, so its file is not watched: name it with --watch, or its folder with FC_PARTIALS",
    `k.json:2:4: the partial gone.txt ${message}`,
    `t/a.tmpl:1:4: the partial lost.txt ${message}`,
  ]);
  assertEquals(warnings({ FC_PARTIALS: "p" }), [
    `k.json:2:4: the partial p/gone.txt ${message}`,
    `t/a.tmpl:1:4: the partial p/lost.txt ${message}`,
  ]);
  assertEquals(warnings({ FC_ENABLE: "" }), []);
});

Deno.test("with FC_PARTIALS, a computed name is warned of where it may lead out of what is watched", () => {
  const computed = '{{ include .main.name }}{{ include "a" }}';
  const isWarned = (template: string, settings: string) => {
    const contents = { "k.json": template, "s/main.json": settings };
    return explainPartials(
      "k.json",
      { FC_ENABLE: "1", FC_SETTINGS: "s", FC_PARTIALS: "p" },
      filesOf({ ...contents, "p/a": "", "b": "" }),
    ).map(({ reason }) => reason).join();
  };
  const warning =
    "k.json:1:4: the name of this partial is computed, and its file is not watched if it is outside of FC_PARTIALS or named like one of an editor: name it with --watch";
  for (const name of ["../shared/one", "one~", ".#one", "a/../../b"]) {
    assertEquals(isWarned(computed, JSON.stringify({ name })), warning);
  }
  const joined = '{{ include (printf "../%s" .main.name) }}';
  assertEquals(isWarned(joined, "{}"), warning);
  for (const name of ["one", "sh/one", "http://a.b/c..d", "..."]) {
    assertEquals(isWarned(computed, JSON.stringify({ name })), "");
  }
  assertEquals(isWarned('{{ include "../b" }}', '{"name": "../b"}'), "");
});

/** Templates, and the partials that they include. */
// deno-fmt-ignore
const TEMPLATES: readonly (readonly [template: string, ...partials: (string | undefined)[]])[] = [
  ['{{ include "a" }}', "a"],
  ['{{- include "a" -}}', "a"],
  ["{{include `a`}}", "a"],
  ['{{ include\n\t"a" | trim | indent 2 }}', "a"],
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
  ['{{ printf "%s" "a" | include }}', undefined],
  ['{{ "a" | printf "%s" | include }}', undefined],
  ['{{ "a" | include }}', "a"],
  ['{{- $x := `a` | include | trim -}}{{ "b" | include }}', "a", "b"],
  [String.raw`{{ include "p/\x6fne" }}`, "p/one"],
  [String.raw`{{ include "\157\"\\x6f\u00fc" }}`, 'o"\\x6fü'],
  ["{{ include `\\x6f` }}", "\\x6f"],
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
