import { assert } from "@std/assert";
import fc from "fast-check";
import type { Format } from "../../../lib/krakend/config.ts";
import {
  explain,
  readComplaint,
  redactOutput,
} from "../../../lib/krakend/diagnose.ts";
import { differences } from "../../../lib/krakend/diff.ts";
import { show } from "../../../lib/krakend/frame.ts";
import { redactListing, visible } from "../../../lib/redact.ts";

const component = (name: string, value: unknown) => ({
  extra_config: { [name]: value },
});
const backend = (value: unknown) => ({
  endpoints: [{ endpoint: "/a", timeout: "2s", backend: [value] }],
});

/** Where a configuration may have a secret. */
// deno-fmt-ignore
const PLACES: Readonly<Record<string, (secret: string) => unknown>> = {
  "a password": (it) => component("any/x", { password: it }),
  "a client secret": (it) => component("auth/client-credentials", { client_secret: it, scopes: "a" }),
  "a name in camel case": (it) => component("any/x", { clientSecret: it }),
  "a name in capitals": (it) => component("any/x", { AWS_SECRET_ACCESS_KEY: it }),
  "a name with a space": (it) => component("any/x", { "my token": it, b: 1 }),
  "a key of a cipher": (it) => component("auth/signer", { alg: "HS256", cipher_key: it }),
  "a list of keys": (it) => component("auth/signer", { keys: [it, it] }),
  "users of basic authentication": (it) => component("auth/basic", { users: { ann: it, bob: it } }),
  "keys of an API": (it) => component("auth/api-keys", { keys: [{ key: it, roles: ["a"] }] }),
  "a key with its value": (it) => component("any/x", [{ key: "DB_PASSWORD", val: it }]),
  "a name with its value": (it) => component("modifier/martian", { "header.Modifier": { name: "Authorization", value: it } }),
  "headers": (it) => component("plugin/any", { headers: { "X-Any": it, Cookie: [it] } }),
  "a bearer": (it) => component("plugin/any", { headers: { Authorization: `Bearer ${it}` } }),
  "a cookie": (it) => component("plugin/any", { cookie: `session=${it}; path=/` }),
  "a DSN": (it) => component("any/x", { dsn: `user:${it}@tcp(db:3306)/x` }),
  "a connection string": (it) => component("any/x", { connection: `Host=db;Password=${it};` }),
  "Redis": (it) => component("any/x", { redis: `redis://:${it}@db:6379/0` }),
  "an address of keys": (it) => component("auth/validator", { jwk_url: `https://u:${it}@b/jwk` }),
  "the user of a host": (it) => backend({ host: [`http://${it}@b`, `http://me:${it}@b/`] }),
  "a query of a host": (it) => backend({ host: [`http://b:80/x?token=${it}`] }),
  "a query of a path": (it) => backend({ url_pattern: `/x?page=1&token=${it}` }),
  "Lua": (it) => backend(component("modifier/lua-backend", { pre: `local a = '${it}'\nprint("${it}: 5")`, live: true })),
  "CEL": (it) => component("validation/cel", [{ check_expr: `req_header['X'] == '${it}'` }]),
  "a policy": (it) => component("security/policies", { req: { policies: [`hasHeader('X') && '${it}' == x`] } }),
  "a query of GraphQL": (it) => backend(component("backend/graphql", { query: `{ a(token: "${it}") { b } }` })),
  "a template of a body": (it) => component("modifier/body-generator", { template: `{"token": "${it}"}` }),
  "static data": (it) => component("proxy", { static: { data: { any: it } } }),
  "a JSON schema": (it) => component("validation/json-schema", { const: it }),
  "a licence": (it) => component("telemetry/newrelic", { license: it }),
  "a topic": (it) => backend(component("backend/pubsub/publisher", { topic_url: `awssns:///arn?key=${it}` })),
  "a bucket": (it) => component("any/x", { storage: `s3://${it}@bucket` }),
  "a comment": (it) => ({ "@comment": `the password is ${it}`, version: 3 }),
  "a name": (it) => ({ name: it, version: 3 }),
  "a mapping": (it) => backend({ mapping: { a: it } }),
  "PEM": (it) => component("any/x", { private: `-----BEGIN KEY-----\n${it}\n-----END KEY-----` }),
  "a list in a list": (it) => component("any/x", { any: [[it], [[it]]] }),
  "a path of a file": (it) => ({ tls: { public_key: `/run/${it}/a.pem` } }),
  "where a number should be": (it) => ({ port: it, timeout: it, tls: { disabled: it } }),
};

/** Secrets of many forms. */
// deno-fmt-ignore
const SECRETS = [
  "S3CR3Thunter2", "Hunter2", "correcthorsebattery", "hunter2: 5", "hun,ter2", "p@ss w0rd hunter2",
  "a/hunter2?b", "x=hunter2", "#hunter2", "-hunter2", "sk_live_4eC39HqLyjWDarjtT1zdp7dc",
  "eyJhbGciOiJIUzI1NiJ9.eyJhIjoxfQ.hunter2", "hunter2|x", "{hunter2}", "[hunter2]", "&hunter2",
  "!hunter2", "*hunter2",
];
/** Traces of a secret that is not hidden. */
const TRACES = /hunter2|Hunter2|hun,ter2|correcthorse|4eC39Hq|zdp7dc|S3CR3T/;

/** YAML as people write it: without quotes where it can be, and lists that are not indented. */
function yamlOf(value: unknown, indent = ""): string {
  if (Array.isArray(value)) {
    return value.map((it) =>
      `\n${indent}- ${yamlOf(it, `${indent}  `).trimStart()}`
    )
      .join("") || " []";
  }
  if (typeof value === "string" && value.includes("\n")) {
    return ` |\n${indent}  ${value.replaceAll("\n", `\n${indent}  `)}`;
  }
  if (typeof value === "string" && !/^[\w/][^:#]*$/.test(value)) {
    return ` ${JSON.stringify(value)}`;
  }
  if (typeof value !== "object" || value === null) return ` ${value}`;
  return Object.entries(value).map(([key, it]) =>
    `\n${indent}${key}:${
      yamlOf(it, Array.isArray(it) ? indent : `${indent}  `)
    }`
  ).join("") || " {}";
}

/** Nearly TOML, with texts of several lines as they are. */
function tomlOf(value: unknown): string {
  return JSON.stringify(value, null, 1)
    .replaceAll(/"(\w+)": /g, "$1 = ").replaceAll("\\n", "\n");
}

const STYLES: Readonly<Record<string, (config: unknown) => string>> = {
  "indented JSON": (it) => JSON.stringify(it, null, 2),
  "JSON on one line": (it) => JSON.stringify(it),
  "JSON without indentation": (it) =>
    JSON.stringify(it, null, 1).replaceAll(/^ +/gm, ""),
  "YAML": (it) => yamlOf(it).trimStart(),
  "TOML": (it) => tomlOf(it),
};

const place = fc.constantFrom(...Object.values(PLACES));
const secret = fc.constantFrom(...SECRETS);
/** Characters that slip into a file. */
const junk = fc.constantFrom("", "{{ ", ...",:\"'{}[]\n\\#=&*!|-");

for (const [style, write] of Object.entries(STYLES)) {
  Deno.test(`no secret is in a frame, wherever a file is broken: ${style}`, () => {
    fc.assert(
      fc.property(
        ...[place, secret, junk, fc.nat(), fc.nat(1)] as const,
        (config, secret, junk, at, cut) => {
          const whole = write(config(secret));
          const parts = [...whole.matchAll(/["'{}[\],:\s]|$/g)];
          const { index = 0 } = parts[at % parts.length] ?? {};
          const text = whole.slice(0, index) + junk + whole.slice(index + cut);
          const offsets = [index, index + 1, text.length, at % text.length];
          for (const offset of offsets) {
            const fault = { offset, length: 1, message: "" };
            const { frame = "" } = show({ file: "k", text }, fault);
            assert(!TRACES.test(frame), `${JSON.stringify(text)}\n${frame}`);
          }
        },
      ),
      { numRuns: 3_000 },
    );
  });
}

Deno.test("no secret is in a difference", () => {
  fc.assert(fc.property(place, secret, secret, (config, before, after) => {
    for (const old of [config(before), {}]) {
      for (const now of [config(after), {}]) {
        const lines = differences(old, now).join("\n");
        assert(!TRACES.test(lines), lines);
      }
    }
  }));
});

Deno.test("no secret of a configuration is in a complaint of which nothing is known", () => {
  const sentences = fc.constantFrom<(secret: string) => string>(
    (it) => `plugin: ${it} is no token`,
    (it) => `bad value \`${it}\` or "${it}`,
  );
  fc.assert(fc.property(sentences, secret, (sentence, secret) => {
    const subject = { file: "k", copies: [] };
    const output = `ERROR x:\t${sentence(secret)}`;
    const { text = "" } = readComplaint(output, subject, { a: secret }) ?? {};
    assert(!TRACES.test(text), text);
  }));
});

/** What KrakenD and the libraries that it reads with say of a value. */
// deno-fmt-ignore
const WORDS: readonly ((secret: string) => string)[] = [
  (it) => `decoding failed due to the following error(s):\n\n'endpoints[0].timeout' time: invalid duration "${it}"\n'port' cannot parse value as 'int': strconv.ParseInt: parsing "${it}": invalid syntax`,
  (it) => `* 'tls' expected a map or struct, got unconvertible type 'string', value: '${it}\n${it}'\n* 'port' x`,
  (it) => `yaml: line 2: cannot unmarshal !!str \`${it}\` into int`,
  (it) => `yaml: cannot decode !!str \`${it}\` as a !!int`,
  (it) => `yaml: anchor '${it}' value contains itself`,
  (it) => `yaml: invalid map key: "${it}"`,
  (it) => `(2, 3): was expecting token =, but got "${it}" instead`,
  (it) => `(1, 9): strconv.ParseInt: parsing "${it}": value out of range`,
  (it) => `host ${it} not valid: invalid host`,
  (it) => `ignoring the 'GET /a?token=${it}' endpoint, since it has 0 backends defined!`,
  (it) => `undefined output param 'x'! endpoint: GET /a?token=${it}, backend: 0. input: [], output: [x]`,
  () => "invalid character 'h' after object key:value pair",
];

Deno.test("whatever KrakenD says of whatever file, it is explained in a few lines, with a place in the file, and without secrets", async () => {
  const formats = fc.constantFrom<Format>("json", "yaml", "toml");
  const style = fc.constantFrom(...Object.values(STYLES));
  await fc.assert(
    fc.asyncProperty(
      ...[place, style, secret, formats, fc.constantFrom(...WORDS)] as const,
      ...[fc.nat(), fc.nat(2), junk] as const,
      async (config, write, secret, format, sayOf, at, cut, junk) => {
        const whole = write(config(secret));
        const start = at % (whole.length + 1);
        const text = whole.slice(0, start) + junk + whole.slice(start + cut);
        const content = new TextEncoder().encode(text);
        const files = { read: () => content, list: () => [] };
        const names = { file: "k", copies: ["/copy"], isCompiled: false };
        const subject = { ...names, content, format, env: {}, files };
        const words = sayOf(/["'`\\]/.test(secret) ? "hunter2" : secret);
        const output =
          `ERROR parsing the configuration file:\t'/copy': ${words}`;
        const it = await explain(output, subject);
        const all = [it.reason, it.frame, redactOutput(output, subject, {})]
          .join("\n");
        assert(!TRACES.test(all), `${text}\n${words}\n${all}`);
        assert(it.reason.split("\n").length < 15);
        const { line = 1, column = 1 } = it.place ?? {};
        const row = text.split("\n")[line - 1];
        assert(row !== undefined && column <= row.length + 1);
      },
    ),
    { numRuns: 1_000 },
  );
});

Deno.test("no secret is in a listing of krakend check -d", () => {
  const lines = fc.constantFrom<(secret: string) => string>(
    (it) => `\tpassword: ${it}`,
    (it) => `\theaders: map[Authorization:[Bearer ${it}]]`,
    (it) => `\t\tpre: local a = 1\nlocal b = '${it}'\n${it}`,
    (it) => `Default backend hosts: [http://me:${it}@b http://a]`,
    (it) => `\t\t[+] GET /x?k=${it}`,
    (it) => `\tTLS Private key: ${it}`,
    (it) => `\tlist: [${it} a]`,
  );
  const plain = secret.filter((it) => /^\w+$/.test(it));
  fc.assert(fc.property(lines, plain, (line, secret) => {
    const shown = redactListing(line(secret));
    assert(!TRACES.test(shown), shown);
  }));
});

Deno.test("no text acts on a terminal", () => {
  const unit = fc.oneof(
    fc.constantFrom(..."\u001b\u009b\u202e\u2066\u200b\u2028\n\r\u0007ab"),
    fc.string({ unit: "binary", maxLength: 1 }),
  );
  fc.assert(fc.property(fc.array(unit), (parts) => {
    const text = parts.join("");
    const shown = visible(text);
    assert(
      !/[^\P{C}\t\ufffd]|[\p{Zl}\p{Zp}]/u.test(shown),
      JSON.stringify(shown),
    );
    assert(shown.length === text.length);
  }));
});
