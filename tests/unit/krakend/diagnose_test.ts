import { assert, assertEquals } from "@std/assert";
import { formatOf } from "../../../lib/krakend/config.ts";
import {
  explain,
  explainDuplicates,
  explainImpossible,
  explainTemplate,
  readComplaint,
  type Subject,
} from "../../../lib/krakend/diagnose.ts";

/** A configuration that is refused. */
interface Case {
  file?: string;
  content: string | Uint8Array;
  /** The output of flexible configuration. */
  compiled?: string;
  env?: Record<string, string>;
  /** Templates, and files of settings. */
  others?: Record<string, string | Uint8Array>;
}

const COPY = "/tmp/private/1/template-krakend.json";
const COMPILED = "/tmp/private/1/krakend.json";

function subjectOf(
  { file = "conf/krakend.json", content, compiled, env = {}, others = {} }:
    Case,
): Subject {
  const bytes = (text: string | Uint8Array) =>
    typeof text === "string" ? new TextEncoder().encode(text) : text;
  const files: Record<string, string | Uint8Array> = {
    [file]: content,
    ...others,
  };
  return {
    file,
    content: bytes(compiled ?? content),
    format: compiled === undefined ? formatOf(file) : "json",
    isCompiled: compiled !== undefined,
    copies: [COPY, COMPILED],
    env,
    files: {
      read: (path) => {
        const text = files[path];
        return text === undefined ? undefined : bytes(text);
      },
      list: (folder) =>
        Object.keys(files).filter((it) => it.startsWith(`${folder}/`))
          .map((it) => it.slice(folder.length + 1)),
    },
  };
}

/** Returns the output of krakend check 2.13 for a complaint. */
function refusal(complaint: string, name = COMPILED): string {
  return `Parsing configuration file: ${name}\nERROR parsing the configuration file:\t'${name}': ${complaint}\n\n`;
}

async function reasonOf(complaint: string, it: Case): Promise<string> {
  return (await explain(refusal(complaint), subjectOf(it))).reason;
}

Deno.test("a fault of JSON is explained by its place, our sentence and KrakenD's own", async () => {
  const subject = subjectOf({ content: '{\n  "version": 3,\n}' });
  const complaint =
    "invalid character '}' looking for beginning of object key string";
  assertEquals(await explain(refusal(complaint), subject), {
    reason:
      `conf/krakend.json:2:15: there is a comma too many, before the end\nkrakend: ${complaint}`,
    place: { file: "conf/krakend.json", line: 2, column: 15 },
    frame: '  1 | {\n> 2 |   "version": 3,\n    |               ^\n  3 | }',
  });
  assertEquals(
    (await explain("", subject)).reason,
    "conf/krakend.json:2:15: there is a comma too many, before the end",
  );
});

const ENDPOINTS = `{
  "version": 3, "timeout": "2s",
  "endpoints": [
    { "endpoint": "/a", "timeout": "3s" },
    { "Endpoint": "/b/{id}", "Timeout": "x", "backend": { "url_pattern": [] } }
  ]
}`;
const YAML = `timeout: 2s
endpoints:
  # timeout: 1s
  - endpoint: /a
    timeout: 3s
  - endpoint: /b
    "timeout": x
`;
const TOML = `timeout = "2s"
[[endpoints]]
timeout = "3s"
[[endpoints]]
timeout = "x"
`;

const TEMPLATE =
  "this is a template, and FC_ENABLE is not set: set FC_ENABLE=1 to have KrakenD compile it";
const MISSING =
  "the template has no value here: a setting that it names is missing";
const NO_INT = "'port' cannot parse value as 'int': strconv.ParseInt: invalid";
const VARIABLE =
  'the environment variable KRAKEND_PORT overrides "port": unset or change it';

/** What KrakenD says, the first line of the explanation, and the file if it is not that above. */
// deno-fmt-ignore
const COMPLAINTS: readonly (readonly [complaint: string, explanation: string, Case?])[] = [
  ["'endpoints[1].timeout' time: invalid duration", "conf/krakend.json:5:30: 'endpoints[1].timeout' time: invalid duration"],
  ["decoding failed due to the following error(s):\n\n'timeout' time: missing unit", "conf/krakend.json:2:17: 'timeout' time: missing unit"],
  ["'endpoints[1].backend[0].url_pattern' expected type 'string', got unconvertible type '[]interface {}'", "conf/krakend.json:5:59: 'endpoints[1].backend[0].url_pattern' expected type 'string', got unconvertible type '[]interface {}'"],
  ["'endpoints[0]' expected a map or struct, got \"string\"", "conf/krakend.json:3:3: 'endpoints[0]' expected a map or struct, got \"string\""],
  ["'endpoints[1].timeout' time: unknown unit", "k.yaml:7:5: 'endpoints[1].timeout' time: unknown unit", { file: "k.yaml", content: YAML }],
  ["'endpoints[1].timeout' time: unknown unit", "k.toml:5:1: 'endpoints[1].timeout' time: unknown unit", { file: "k.toml", content: TOML }],
  ["unsupported version: 2 (want: 3)", "conf/krakend.json:2:1: unsupported version: 2 (want: 3)", { content: '{\n"version": 2}' }],
  ["unsupported version: 0 (want: 3)", "conf/krakend.json:1:1: unsupported version: 0 (want: 3)", { content: "{}" }],
  ["invalid ip address s3cret", "conf/krakend.json:1:2: invalid ip address …", { content: '{"listen_ip": "s3cret"}' }],
  ["host http://me:s3cret@b not valid: invalid host", "conf/krakend.json:1:12: host … not valid: invalid host", { content: '{"host": ["http://me:s3cret@b"]}' }],
  ["ignoring the 'GET /b/{id}' endpoint, since it has 0 backends defined!", "conf/krakend.json:5:20: ignoring the 'GET /b/{id}' endpoint, since it has 0 backends defined!"],
  ["undefined output param 'x'! endpoint: GET /b/:id, backend: 0. input: [id], output: [x]", "conf/krakend.json:5:20: undefined output param 'x'! endpoint: GET /b/:id, backend: 0. input: [id], output: [x]"],
  ["':c' in new path '/b/:c/d' conflicts with existing wildcard ':id' in existing prefix '/b/:id'", "conf/krakend.json:2:29: ':c' in new path '/b/:c/d' conflicts with existing wildcard ':id' in existing prefix '/b/:id'", { content: '{"endpoints": [{"endpoint": "/b/{id}", "backend": {}},\n{"method":"GET","endpoint":"/b/{c}/d"}]}' }],
  ["ignoring the ' /b' endpoint, since it has 0 backends defined!", "conf/krakend.json:1:17: ignoring the ' /b' endpoint, since it has 0 backends defined!", { content: '{"endpoints": [{"endpoint": "b"}, {"endpoint": "/c", "backend": {"url_pattern": "/b"}}]}' }],
  ["ignoring the ' /' endpoint, since it has 0 backends defined!", "conf/krakend.json:1:2: ignoring the ' /' endpoint, since it has 0 backends defined!", { content: '{"endpoints": [{}, {"endpoint": "/c", "backend": {"url_pattern": "/"}}]}' }],
  ["yaml: line 2: found a tab character that violates indentation", "k.yml:2:1: found a tab character that violates indentation (a tab: indent with spaces)", { file: "k.yml", content: "version: 3\n\tport: 8080\n" }],
  ['yaml: unmarshal errors:\n  line 2: cannot unmarshal !!str `s3cret` into int', "k.yml:2:1: cannot unmarshal !!str `…` into int", { file: "k.yml", content: "version: 3\nport: s3cret\n" }],
  ["yaml: line 1: did not find expected ',' or ']'", "k.yml:3:1: Cannot read flow collection: unexpected end of the stream within a flow collection", { file: "k.yml", content: "version: 3\na: [1,\n" }],
  ["(2, 1): The following key was defined twice: port", "k.toml:2:1: The following key was defined twice: port", { file: "k.toml", content: "port = 1\nport = 2\n" }],
  ["(1, 12): was expecting token [[, but got unclosed table array key instead", "k.toml:1:12: was expecting token [[, but got unclosed table array key instead", { file: "k.toml", content: "[[endpoints]\n" }],
  ["unsupported version: 0 (want: 3)", "k.yml:1:1: the file is empty", { file: "k.yml", content: "" }],
  ["* 'timeout' time: x\n* 'endpoints[1].timeout' time: y", "conf/krakend.json:2:17: * 'timeout' time: x"],
  ["invalid character '{'", `conf/krakend.json:2:10: ${TEMPLATE}`, { content: '{\n "port": {{ .port }}\n}' }],
  ["invalid character '{'", `conf/krakend.json:1:1: ${TEMPLATE}`, { content: '{{ include "a" }}' }],
  ['yaml: invalid map key: map[string]interface {}{".port":interface {}(nil)}', `k.yml:1:7: ${TEMPLATE}`, { file: "k.yml", content: "port: {{ .port }}\n" }],
  ["(2, 9): unexpected token", `k.toml:2:8: ${TEMPLATE}`, { file: "k.toml", content: "a = 1\nport = {{ .port }}\n" }],
  ["host http://{{ .h }}:80 not valid: invalid host", `conf/krakend.json:1:18: ${TEMPLATE}`, { content: '{"host":["http://{{ .h }}:80"],"x":["http://{{ .h }}:80"]}' }],
  ["invalid ip address {{ .h }}", `k.toml:1:12: ${TEMPLATE}`, { file: "k.toml", content: 'listen_ip="{{ .h }}"' }],
  [NO_INT, `k.yaml:1:9: ${TEMPLATE}`, { file: "k.yaml", content: "port: 80{{ .p }}" }],
  [NO_INT, `k.yaml:1:1: ${NO_INT}`, { file: "k.yaml", content: "port: x\nname: {{ .p }}" }],
  ["undefined output param '.id'! endpoint: GET /a, backend: 0. input: [], output: [.id]", `k.yaml:4:23: ${TEMPLATE}`, { file: "k.yaml", content: "endpoints:\n- endpoint: /a\n  backend:\n  - url_pattern: /x/y/{{.id}}" }],
  ["'timeout' time: invalid duration \"<no", `conf/krakend.json (compiled):1:13: ${MISSING}`, { content: "", compiled: '{"timeout":"<no value>"}' }],
  ["host http://<no value> not valid: invalid host", `conf/krakend.json (compiled):1:18: ${MISSING}`, { content: "", compiled: '{"host":["http://<no value>"]}' }],
  ["invalid character ','", "conf/krakend.json:1:29: property name expected", { content: '{"pre": "{{1},{2}}", "a": 1,, "b": 2}' }],
  ["'tls.disabled' cannot parse value as 'bool'", 'the environment variable KRAKEND_TLS.DISABLED overrides "tls.disabled": unset or change it', { content: '{"tls": {"disabled": true}}', env: { "KRAKEND_TLS.DISABLED": "s3cret" } }],
  ["'port' expected type 'int', got unconvertible type 'map[string]interface {}'", 'the environment variable KRAKEND_PORT.X overrides "port.x": unset or change it', { content: '{"port": 80}', env: { "KRAKEND_PORT.X": "s3cret" } }],
  ["'tls.min_version' expected type 'string'", "conf/krakend.json:1:10: 'tls.min_version' expected type 'string'", { content: '{"tls": {"min_version": []}}', env: { "KRAKEND_TLS.DISABLED": "x", KRAKEND_TL: "x" } }],
  [NO_INT, VARIABLE, { content: '{"port": 8080}', env: { KRAKEND_PORT: "s3cret" } }],
  [NO_INT, `${VARIABLE} (Kubernetes sets it for a Service named krakend: rename that, or set enableServiceLinks: false)`, { content: "{}", env: { KRAKEND_PORT: "tcp://10.0.0.1:8080" } }],
];

for (const [complaint, expected, it] of COMPLAINTS) {
  Deno.test(`a complaint is explained: ${JSON.stringify(complaint)}`, async () => {
    const reason = await reasonOf(complaint, it ?? { content: ENDPOINTS });
    assertEquals(reason.split("\n")[0], expected);
    assert(!reason.includes("s3cret"), reason);
  });
}

Deno.test("KrakenD's sentence is not said twice, and all of several are", async () => {
  const place = "conf/krakend.json:2:17: ";
  const one = "'timeout' time: x";
  assertEquals(await reasonOf(one, { content: ENDPOINTS }), place + one);
  const two = "'timeout' time: x\n'endpoints[1].timeout' time: y";
  assertEquals(
    await reasonOf(two, { content: ENDPOINTS }),
    `${place}${one}\nkrakend: ${two}`,
  );
});

const FLEXIBLE = { FC_ENABLE: "1", FC_SETTINGS: "s", FC_TEMPLATES: "t" };

/** Logs of krakend-flexibleconfig 2.3, the template, and the explanation. */
// deno-fmt-ignore
const TEMPLATES: readonly [string, Case, string][] = [
  ['Unable to parse configuration file: template: template-krakend.json:2: function "nofunc" not defined', { content: '{\n"a": {{ nofunc }}}' }, 'conf/krakend.json:2:1: function "nofunc" not defined'],
  ['Found error while executing template: template: krakend.json:1:12: executing "krakend.json" at <index .a 1>: error calling index: index of untyped nil', { content: '"üß": {{ index .a 1 }}' }, "conf/krakend.json:1:11: error calling index: index of untyped nil"],
  ["Error parsing sub-templates: read t/a.tmpl: is a directory", { content: "" }, "t/a.tmpl cannot be read, as KrakenD does with every *.tmpl in FC_TEMPLATES"],
  ["Error parsing sub-templates: template: a.tmpl:1: missing value for if", { content: "", others: { "t/a.tmpl": "{{ if }}" } }, "t/a.tmpl:1:1: missing value for if"],
  ['Found error while executing template: template: krakend.json:1:9: executing "krakend.json" at <fail .db.password>: error calling fail: s3cret', { content: '"abc": {{ fail .db.password }}' }, "conf/krakend.json:1:10: error calling fail: …"],
  ['Found error while executing template: template: krakend.json:1:3: executing "krakend.json" at <index .a 1>: error calling index: index of untyped nil', { content: "{{ index .a 1 }}" }, "conf/krakend.json:1:4: error calling index: index of untyped nil"],
  ['Found error while executing template: template: krakend.json:1:3: executing "krakend.json" at <atoi "s3cret">: error calling atoi: strconv.Atoi: parsing "s3cret": invalid syntax', { content: "{{ atoi .a }}" }, 'conf/krakend.json:1:4: error calling atoi: strconv.Atoi: parsing "…": invalid syntax'],
];

for (const [log, it, expected] of TEMPLATES) {
  Deno.test(`a fault of a template is explained: ${log}`, async () => {
    const subject = subjectOf({ ...it, env: FLEXIBLE });
    const output = `2026/11/24 09:37:17 ${log}\n`;
    const refused = output + refusal("invalid character '{'", COPY);
    assertEquals((await explain(refused, subject)).reason, expected);
    const passed = explainTemplate(`${output}Syntax OK!\n`, subject)?.reason;
    assertEquals(passed, `${expected}; KrakenD reads the file as it stands`);
    assertEquals(explainTemplate("Syntax OK!", subject), undefined);
    const off = { ...subject, env: {} };
    assertEquals(explainTemplate(output, off), undefined);
  });
}

Deno.test("JSON that is no template is explained by KrakenD's words, too", async () => {
  const content = '{"pre": "local t = {{1,2}}"}';
  const subject = subjectOf({ content, env: FLEXIBLE });
  const output =
    'Unable to parse configuration file: template: krakend.json:1: unexpected "," in operand\n';
  const complaint = "host http://127.0.0.1:1 not valid: invalid host";
  const { reason } = await explain(output + refusal(complaint, COPY), subject);
  assertEquals(
    reason,
    'conf/krakend.json:1:1: unexpected "," in operand\nkrakend: host … not valid: invalid host',
  );
});

Deno.test("of files of FC_SETTINGS, the first with a fault is shown, or else KrakenD's words", async () => {
  const reason = async (others: Case["others"] = {}) => {
    const output =
      "ERROR parsing the configuration file:\tloading flexible-config settings:\n\t- .#a.json: open s/.#a.json: no such file or directory\n\n";
    const it = subjectOf({ content: "{}", env: FLEXIBLE, others });
    return (await explain(output, it)).reason;
  };
  assertEquals(
    await reason({ "s/a.json": "{}", "s/b.json": '{"a": "s3cret",}' }),
    "s/b.json:1:15: there is a comma too many, before the end",
  );
  assertEquals(
    await reason({ "s/._a.json": new Uint8Array([0, 5, 0x16, 7]) }),
    "s/._a.json:1:1: the file was left by macOS: delete it",
  );
  assertEquals(
    await reason(),
    "krakend: - .#a.json: open s/.#a.json: no such file or directory",
  );
});

Deno.test("a wrong value that comes from a template is shown in the template, if it is certain which one", async () => {
  const complaint = "'endpoints[1].timeout' time: invalid duration";
  const compiled = '{"endpoints": [{"timeout": "1s"},\n{"timeout": "x"}]}';
  const place = async (content: string, others: Record<string, string> = {}) =>
    (await reasonOf(complaint, { content, compiled, env: FLEXIBLE, others }))
      .split(": ")[0];
  const both = '{"endpoints": [\n{"timeout": "1s"},\n{"timeout": {{ .t }}}]}';
  assertEquals(await place(both), "conf/krakend.json:3:2");
  const loop = '{{ range .e }}{"timeout": {{ .t }}}{{ end }}';
  assertEquals(await place(loop), "conf/krakend.json:1:16");
  const partial = { "p/e.txt": '\n"timeout": "x"' };
  assertEquals(await place('{{ include "p/e.txt" }}', partial), "p/e.txt:2:1");
  const included = { "t/e.tmpl": `\n${loop}` };
  assertEquals(
    await place('{{ template "e.tmpl" . }}', included),
    "t/e.tmpl:2:16",
  );
  assertEquals(
    await place(both, included),
    "conf/krakend.json (compiled):2:2",
  );
});

Deno.test("names that stand twice are warned of, also in what was compiled", async () => {
  const reasons = async (it: Case) =>
    (await explainDuplicates(subjectOf(it))).map((it) => it.reason);
  const twice = '{"a": 1,\n"a": 2}';
  const place =
    "2:1: this name stands in line 1 already: only the last one counts";
  assertEquals(await reasons({ content: twice }), [
    `conf/krakend.json:${place}`,
  ]);
  assertEquals(await reasons({ content: "", compiled: twice }), [
    `conf/krakend.json (compiled):${place}`,
  ]);
  assertEquals(await reasons({ file: "k.yml", content: twice }), []);
});

Deno.test("for a template of another format than JSON, the remedy is said", async () => {
  const complaint = "invalid character 'v' looking for beginning of value";
  const reason = async (compiled: string) =>
    (await reasonOf(complaint, { file: "k.yaml", content: "", compiled }))
      .split("\n")[0];
  assertEquals(
    await reason("version: 3"),
    "k.yaml (compiled):1:1: KrakenD reads what it compiles as JSON: set FC_OUT to a file with the extension of the template, such as out.yaml",
  );
  assertEquals(
    await reason('{"version": v}'),
    "k.yaml (compiled):1:13: invalid symbol",
  );
});

Deno.test("a check that does not end names a pipe in FC_SETTINGS", () => {
  const { files, env } = subjectOf({
    content: "",
    env: FLEXIBLE,
    others: { "s/a.json": "{}" },
  });
  const late = "krakend check took longer than 30000 ms";
  const list = () => ["a.json", "b", "x.json"];
  const explained = explainImpossible(late, env, { ...files, list });
  assertEquals(
    explained,
    `${late}: s/x.json cannot be read, as KrakenD does with every *.json in FC_SETTINGS`,
  );
  assertEquals(explainImpossible(late, env, files), late);
  const other = "krakend check was ended by SIGKILL";
  assertEquals(explainImpossible(other, env, { ...files, list }), other);
});

Deno.test("a fault of what was compiled has no place, as the user has no such file", async () => {
  const subject = subjectOf({ content: "{}", compiled: "{" });
  const { reason, place } = await explain("", subject);
  assertEquals(
    [reason, place],
    ['conf/krakend.json (compiled):1:1: this "{" is never closed', undefined],
  );
});

Deno.test("private copies have the user's name, colours are taken away, and silence gets a sentence", async () => {
  const output =
    `\u001b[31mERROR parsing the configuration file:\u001b[0m\topen ${COPY}: no such file\nread ${COMPILED}: is a directory`;
  const subject = subjectOf({ content: '{"version": 3}' });
  assertEquals(await explain(output, subject), {
    reason:
      "krakend: open conf/krakend.json: no such file\nread conf/krakend.json: is a directory",
  });
  assertEquals(await explain("", subject), {
    reason: "krakend check failed and printed nothing",
  });
});

/** Sentences of KrakenD and Go, and how they are shown; the same if absent. */
// deno-fmt-ignore
const QUOTING: readonly (readonly [sentence: string, shown?: string])[] = [
  ["* 'port' expected type 'int', got unconvertible type 'string', value: 'p's\ns3cret'\n* 'timeout' expected type 'string', got unconvertible type 'int'", "* 'port' expected type 'int', got unconvertible type 'string', value: …\n* 'timeout' expected type 'string', got unconvertible type 'int'"],
  ["* cannot parse 'port' as int: strconv.ParseInt: parsing \"s3cret\": invalid syntax", "* cannot parse 'port' as int: strconv.ParseInt: parsing \"…\": invalid syntax"],
  ["* error decoding 'timeout': time: invalid duration \"s3cret\"", "* error decoding 'timeout': time: invalid duration \"…\""],
  ["invalid character '\"' after object key:value pair"],
  ["invalid character '\\x00' looking for beginning of value"],
  ["'timeout' time: invalid duration \"<no value>\""],
  ['function "b64encode" not defined'],
  ['function "to_json" not defined'],
  ["json: cannot unmarshal number 13371337 into Go value", "json: cannot unmarshal number … into Go value"],
  ["json: cannot unmarshal number into Go value"],
  ["yaml: unknown anchor 'Hunter' referenced", "yaml: unknown anchor '…' referenced"],
  ["yaml: line 3: cannot unmarshal !!str `s3cret...` into int", "yaml: line 3: cannot unmarshal !!str `…` into int"],
  ["yaml: line 3: cannot unmarshal !s3cret `x` into int", "yaml: line 3: cannot unmarshal !… `x` into int"],
  ['(1, 5): was expecting token =, but got "s3cret" instead', '(1, 5): was expecting token =, but got "…" instead'],
  ["'tls' expected a map or struct, got \"slice\""],
  ["(3, 2): unknown type for path password (password): *toml.tomlValue (&toml.tomlValue{value:[]interface {}{87654321, \"x\"}, literal:false})", "(3, 2): unknown type for path password (password): *toml.tomlValue …"],
  ["(3, 1): The following key was defined twice: a.sk-live-98237498237498", "(3, 1): The following key was defined twice: a.…"],
  ['yaml: line 3: mapping key "sk-live-9823749" already defined at line 2', 'yaml: line 3: mapping key "…" already defined at line 2'],
  ["'endpoints[0].backend[0].mapping[sk-live-9823749]' expected type 'string'", "'endpoints[0].backend[0].mapping[…]' expected type 'string'"],
  ["open conf/krakend-2026112409371700.json: no such file or directory"],
  ['my plugin says: "s3cret" or s3cret is too short', 'my plugin says: "…" or … is too short'],
  ["can't use what it doesn't know"],
  ["(2, 4): no value can start with :"],
  ["':x' in new path '/a/:x' conflicts with existing wildcard ':id' in existing prefix '/a/:id'"],
  ["handlers are already registered for path '/a'"],
];

Deno.test("what KrakenD quotes is hidden, and its words are not", () => {
  const subject = subjectOf({ content: "" });
  for (const [sentence, shown = sentence] of QUOTING) {
    const config = { any: { password: "s3cret", group: "already" } };
    const { text } = readComplaint(refusal(sentence), subject, config) ?? {};
    assertEquals(text, shown);
  }
});
