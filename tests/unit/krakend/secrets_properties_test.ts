import fc from "fast-check";
import { assert } from "@std/assert";
import { differencesOf } from "../../../lib/krakend/difference.ts";
import { describeDifferences } from "../../../lib/krakend/difference_text.ts";
import { maskSecrets } from "../../../lib/krakend/mask.ts";
import { withoutSecrets } from "../../../lib/secrets.ts";
import {
  anySecretConfig,
  anySecretSettings,
  MARKER,
} from "./secret_configs.ts";

function assertHidden(text: string): void {
  assert(!text.includes(MARKER), text);
}

Deno.test("no secret of a configuration gets into the description of a difference", () => {
  fc.assert(fc.property(anySecretConfig, anySecretConfig, (before, after) => {
    const differences = differencesOf(before, after);
    const lines = describeDifferences(differences, { most: Infinity });
    assertHidden(lines.join("\n"));
    assert(lines.every((line) => !line.includes("\n")));
  }));
});

/** YAML as people write it: without quotes, and lists as far to the left as they may be. */
function yamlOf(value: unknown, indent = ""): string {
  if (Array.isArray(value)) {
    if (value.length === 0) return " []";
    return value.map((it) =>
      typeof it === "object"
        ? `\n${indent}-${yamlOf(it, `${indent}  `)}`
        : `\n${indent}- ${it}`
    ).join("");
  }
  if (typeof value !== "object" || value === null) return ` ${value}`;
  return Object.entries(value).map(([key, it]) => {
    const inner = Array.isArray(it) ? indent : `${indent}  `;
    return `\n${indent}${key}:${yamlOf(it, inner)}`;
  }).join("") || " {}";
}

const STYLES: Readonly<Record<string, (config: unknown) => string>> = {
  "indented JSON": (config) => JSON.stringify(config, null, 2),
  "JSON on one line": (config) => JSON.stringify(config),
  "JSON without indentation": (config) =>
    JSON.stringify(config, null, 1).replaceAll(/^ +/gm, ""),
  "JSON with brackets on lines of their own": (config) =>
    JSON.stringify(config, null, 2)
      .replaceAll(/^( *)(".*": )([[{])$/gm, "$1$2\n$1$3"),
  "YAML": (config) => yamlOf(config).trimStart(),
};

for (const [style, write] of Object.entries(STYLES)) {
  Deno.test(`no secret of a file is in any of its lines as they are shown: ${style}`, () => {
    fc.assert(fc.property(anySecretSettings, (config) => {
      const lines = write(config).split("\n");
      const shown = maskSecrets(lines, 0, lines.length);
      assert(shown.length === lines.length);
      assert(shown.every((line, i) => line.length === lines[i]?.length));
      assertHidden(shown.join("\n"));
    }));
  });
}

Deno.test("no secret of a broken file is in any of its lines as they are shown", () => {
  const style = fc.constantFrom("indented JSON", "JSON on one line");
  const junk = fc.constantFrom("", ",", ":", '"', "{", "[", "\n");
  fc.assert(
    fc.property(anySecretSettings, style, junk, fc.nat(), (
      config,
      style,
      junk,
      at,
    ) => {
      const text = STYLES[style]?.(config) ?? "";
      // Where files break: at a quote, a bracket, a colon, a comma.
      const places = [...text.matchAll(/["[{]|(?<=")[:,]/g)];
      const { index = 0 } = places[at % Math.max(1, places.length)] ?? {};
      const isNewLine = junk === "\n";
      const start = text.slice(0, isNewLine ? index + 1 : index);
      if (isNewLine && text[index] !== "," && text[index] !== ":") return;
      // On one line, what stands in a list looks like this, too.
      if (style === "JSON on one line" && junk === "," && text[index] === ":") {
        return;
      }
      const lines = `${start}${junk}${text.slice(index + 1)}`.split("\n");
      assertHidden(maskSecrets(lines, 0, lines.length).join("\n"));
    }),
    { numRuns: 300 },
  );
});

/** What programs print of a configuration: krakend's listing, JSON in a log, the sentences of its errors. */
const MESSAGES: Readonly<
  Record<string, (name: string, value: string) => string>
> = {
  "a listing": (name, value) => `- x/y\n\t${name}: ${value}\n\tlist: [a]`,
  "a map of Go": (name, value) => `x map[a:b ${name}:${value} c:[1]] y`,
  "a map of maps": (name, value) => `x: map[a:map[${name}:[${value}]]]`,
  "JSON": (name, value) => `ERROR {"a":1,"${name}":"${value}","b":2}`,
  "JSON in JSON": (name, value) => `"{\\"${name}\\":\\"${value}\\"}"`,
  "an assignment": (name, value) => `failed with ${name}="${value}" here`,
  "a query": (name, value) =>
    `Get "http://b/x?${name}=${encodeURIComponent(value)}": refused`,
  "a URL": (name, value) =>
    `host http://${name}:${value.replaceAll(" ", "")}@b not valid`,
};

for (const [kind, write] of Object.entries(MESSAGES)) {
  Deno.test(`no secret is left in a message that holds ${kind}`, () => {
    const name = fc.constantFrom(
      ...["client_secret", "clientSecret", "password", "X-Auth-Token", "dsn"],
      ...["aws_access_key_id", "api_key", "Authorization", "license_key"],
    );
    const value = fc.string({ unit: fc.constantFrom(..."ab9_-./+= ") })
      .map((text) => `${MARKER}${text.trim()}`);
    fc.assert(fc.property(name, value, (name, value) => {
      const text = withoutSecrets(write(name, value));
      assertHidden(text);
      assert(withoutSecrets(text) === text, text);
    }));
  });
}
