import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import type { Failed } from "../../lib/event.ts";
import { BUNDLE } from "../../scripts/paths.ts";
import { PAIR } from "../helpers/certificates.ts";
import { eventsOf } from "../helpers/events.ts";
import { Playground } from "../helpers/playground.ts";
import { succeeds } from "../helpers/processes.ts";

/** Runs a command to its end. Returns what it has printed. */
async function run(
  place: Playground,
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<readonly string[]> {
  const watch = place.start({ args, env });
  await watch.status;
  return watch.lines;
}

const CHECK = ["--once", "check", "-c", "krakend.json"];

/** Environment variables that override a key, and a sentence for the user of each. */
const VARIABLES: Readonly<Record<string, readonly [string, string]>> = {
  KRAKEND_PORT: ["tcp://10.0.0.1:8080", "a Service named krakend"],
  KRAKEND_TIMEOUT: ["soon", '"timeout"'],
  KRAKEND_VERSION: ["2", '"version"'],
  KRAKEND_LISTEN_IP: ["nowhere", '"listen_ip"'],
  KRAKEND_ENDPOINTS: ["none", '"endpoints"'],
  KRAKEND_HOST: ["http://a b", '"host"'],
};

for (const [name, [value, sentence]] of Object.entries(VARIABLES)) {
  Deno.test(`${name}=${value} is named as what overrides the file, and the value is not shown`, async () => {
    await using place = await Playground.open();
    const said = `the environment variable ${name} overrides `;
    const lines = await run(place, CHECK, { [name]: value });
    const line = lines.find((line) => line.startsWith(said)) ?? "";
    assertStringIncludes(line, sentence, lines.join("\n"));
    assert(!line.includes(value));
    place.start({ env: { [name]: value } });
    await place.reports("krakend.json is refused, no gateway runs");
    await place.reports(said);
  });
}

/** Templates that KrakenD is given without FC_ENABLE. */
const TEMPLATES: Readonly<Record<string, string>> = {
  "krakend.tmpl": '{{ include "all" }}',
  "krakend.json": '{"version": 3, {{ if true }} "port": 1 {{ end }} }',
  "list.json": '{"version": 3, "endpoints": [ {{ range .a }}{}{{ end }} ] }',
  "krakend.yaml": "version: 3\nport: {{ .all.port }}\n",
  "range.yaml": "{{ range .a }}\na: 1\n{{ end }}\n",
  "quoted.yaml": 'version: 3\nport: "{{ .all.port }}"\n',
  "quoted.json": '{"version": 3, "timeout": "{{ .all.timeout }}"}',
  "krakend.toml": "version = {{ .all.version }}\n",
};

for (const [name, text] of Object.entries(TEMPLATES)) {
  Deno.test(`${name} is called a template for which FC_ENABLE is not set`, async () => {
    await using place = await Playground.open();
    await Deno.writeTextFile(place.path(name), text);
    place.start({ args: ["run", "-c", name] });
    await place.reports("this is a template, and FC_ENABLE is not set");
    const offset = text.indexOf("{{");
    const before = text.slice(0, offset).split("\n");
    const column = (before.at(-1)?.length ?? 0) + 1;
    await place.reports(`${name}:${before.length}:${column}: this is`);
  });
}

/** Files that KrakenD refuses: the text, the place of the fault, the message. */
// deno-fmt-ignore
const FAULTS: readonly (readonly [name: string, text: string, at: readonly [number, number], message: string])[] = [
  ["syntax.json", '{\n  "version": 3,\n}', [2, 15], "comma"],
  ["type.json", '{"version": 3,\n"port": "many"}', [2, 1], "'port'"],
  ["type.yaml", "version: 3\nport: many\n", [2, 1], "'port'"],
  ["type.toml", "version = 3\ntimeout = '2'\n", [2, 1], "'timeout'"],
  ["version.json", '{\n"version": 2}', [2, 1], "unsupported version: 2 (want: 3)"],
  ["version.yaml", "name: a\nversion: 1\n", [2, 1], "unsupported version: 1 (want: 3)"],
  ["duration.json", '{"version": 3, "timeout": "2x"}', [1, 16], "'timeout' time: unknown unit"],
  ["deep.json", '{"version": 3, "endpoints": [{"endpoint": "/a",\n"backend": [{"host": "x", "url_pattern": 5}],\n"timeout": "x"}]}', [3, 1], "'endpoints[0].timeout'"],
  ["path.json", '{"version": 3, "endpoints": [{"endpoint": "/a", "method": "POST", "backend": [{"url_pattern": "/a", "host": ["http://b"]}]},\n{"endpoint": "/a", "backend": []}]}', [2, 2], "0 backends"],
  ["param.yaml", "version: 3\nendpoints:\n- endpoint: /a/{x}\n  backend:\n  - {url_pattern: '/a/{x}/{y}', host: http://b}\n- endpoint: /a\n  backend: {url_pattern: /a, host: http://b}\n", [3, 13], "undefined output param 'y'"],
  ["noop.json", '{"version": 3, "endpoints": [{"endpoint": "/a", "backend": []},\n{"endpoint": "/b", "output_encoding": "no-op", "backend": [{"url_pattern": "/", "host": "http://b"}, {"url_pattern": "/", "host": "http://b"}]}]}'.replace(": []", ': [{"url_pattern": "/", "host": "http://b"}]'), [2, 2], "can not use NoOp"],
  ["tab.yaml", "version: 3\n\tport: 1\n", [2, 1], "tab"],
  ["anchor.yaml", "version: 3\nname: *a\n", [2, 8], "alias"],
  ["tag.yaml", "version: 3\nname: !!int one\n", [2, 13], "cannot decode !!str"],
  ["twice.toml", "version = 3\nport = 1\nport = 2\n", [3, 1], "port"],
  ["table.toml", "version = 3\n[[endpoints]\n", [2, 12], "was expecting token [["],
];

for (const [name, text, [line, column], message] of FAULTS) {
  Deno.test(`--once check of ${name} gives the place for editors, and with --log-format=json one event with it`, async () => {
    await using place = await Playground.open();
    await Deno.writeTextFile(place.path(name), text);
    const check = ["--once", "check", "-c", name];
    const lines = await run(place, check);
    const start = `${name}:${line}:`;
    const shown = lines.filter((it) => it.startsWith(start)).join("\n");
    assert(shown, lines.join("\n"));
    assertStringIncludes(shown, message);
    const events = eventsOf(await run(place, ["--log-format=json", ...check]));
    assertEquals(events.map(({ event }) => event), ["failed"]);
    const [failed] = events as unknown as Failed[];
    assertStringIncludes(failed?.reason ?? "", message);
    assertEquals([failed?.file, failed?.line], [name, line]);
    // A parser may point at the beginning of a value, or at its end.
    assert(Math.abs((failed?.column ?? 0) - column) <= 2, `${failed?.column}`);
  });
}

/** What KrakenD says, with the values in it and without. */
// deno-fmt-ignore
const SENTENCES: readonly (readonly [name: string, text: string, shown: string])[] = [
  ["a.json", '{"version": 3, "name" "Hunter2"}', "krakend: invalid character '\"' after object key"],
  ["b.json", '{"version": 3, "port": "Hunter2"}', "'port' "],
  ["c.json", '{"version": 3, "host": ["http://me:Hunter2@b"], "endpoints": [{"endpoint": "/a", "backend": [{"url_pattern": "/"}]}]}', "host … not valid: invalid host"],
  ["d.json", '{"version": 3, "listen_ip": "Hunter2"}', "invalid ip address …"],
  ["e.json", '{"version": 3, "timeout": "Hunter2"}', "'timeout' time: invalid duration"],
  ["f.yaml", "version: 3\nname: *Hunter2\n", "krakend: yaml: unknown anchor '…' referenced"],
  ["g.yaml", "version: 3\nname: !!int Hunter2\n", "cannot decode !!str `…` as a !!int"],
  ["h.yaml", "version: 3\nname: [Hunter2\n", "krakend: yaml: line "],
  ["i.toml", "version = 3\n[[endpoints]\n", "was expecting token [[, but got unclosed table array key instead"],
  ["j.toml", 'version = 3\nname = "Hunter2', "(2, "],
];

for (const [name, text, shown] of SENTENCES) {
  Deno.test(`KrakenD's words about ${name} are shown, and no value: ${shown}`, async () => {
    await using place = await Playground.open();
    await Deno.writeTextFile(place.path(name), text);
    place.start({ args: ["run", "-c", name] });
    await place.reports("is refused");
    await place.reports(shown.replace(/^\(2, /, `${name}:2:`));
    const ours = place.lines.filter((it) => it.startsWith("krakend-watch:"));
    const once = await run(place, ["--once", "check", "-c", name]);
    const words = shown.replace(/^krakend: |^host … /, "");
    assertStringIncludes(once.join("\n"), words);
    assertEquals([...ours, ...once].filter((it) => it.includes("unter2")), []);
  });
}

for (const name of ["/dev/stdin", "pipe.json"]) {
  Deno.test(`the pipe ${name} cannot be watched, and is read by a check that runs once`, async () => {
    await using place = await Playground.open();
    await succeeds("mkfifo", place.path("pipe.json"));
    const config = JSON.stringify(JSON.parse(place.config("/one")));
    const feed = (more: string) => ["sh", "-c", `${more} exec "$@"`, "sh"];
    const piped = ["sh", "-c", `echo '${config}' | "$@"`, "sh"];
    const isPipe = name === "pipe.json";
    for (const words of [["run"], ["check"], ["--list", "run"]]) {
      const watch = place.start({
        args: [...words, "-c", name],
        wrapper: isPipe ? [] : piped,
      });
      await watch.status;
      await place.reports("a pipe cannot be watched");
      assertEquals(place.lines.length, 1);
    }
    const watch = place.start({
      args: ["--once", "check", "-c", name],
      wrapper: isPipe ? feed(`echo '${config}' > pipe.json &`) : piped,
    });
    assertEquals((await watch.status).code, 0, watch.lines.join("\n"));
    assert(watch.lines.includes("Syntax OK!"));
  });
}

Deno.test("a file on standard input is read by a check that runs once", async () => {
  await using place = await Playground.open();
  const watch = place.start({
    args: ["--once", "check", "-c", "/dev/stdin"],
    wrapper: ["sh", "-c", 'exec "$@" < krakend.json', "sh"],
  });
  assertEquals((await watch.status).code, 0, watch.lines.join("\n"));
  assert(watch.lines.includes("Syntax OK!"));
});

const WITHOUT_PROC = ["unshare", "--mount", "sh", "-c"];

Deno.test(
  "without /proc the gateway runs, also with TLS, and one warning says what is lost",
  {
    ignore: !await succeeds(...WITHOUT_PROC, "umount -l /proc"),
  },
  async () => {
    await using place = await Playground.open();
    await Deno.writeTextFile(place.path("cert.pem"), PAIR.certificate);
    await Deno.writeTextFile(place.path("key.pem"), PAIR.key);
    const settings = {
      tls: { public_key: "cert.pem", private_key: "key.pem" },
    };
    await Deno.writeTextFile(place.file, place.configWith(settings, "/one"));
    const watch = place.start({
      program: ["run", "-A", "--no-config", BUNDLE],
      wrapper: [...WITHOUT_PROC, 'umount -l /proc && exec "$@"', "sh"],
    });
    await place.reports("ready in");
    await place.reports(
      "reloads interrupt the service now: /proc is not mounted",
    );
    watch.signal("SIGTERM");
    assertEquals((await watch.status).code, 0);
    assertEquals(place.count("panic"), 0);
  },
);

Deno.test("from source, a missing /proc is named", {
  ignore: !await succeeds(...WITHOUT_PROC, "umount -l /proc"),
}, async () => {
  await using place = await Playground.open();
  const watch = place.start({
    wrapper: [...WITHOUT_PROC, 'umount -l /proc && exec "$@"', "sh"],
  });
  assertEquals((await watch.status).code, 1);
  assertStringIncludes(watch.lines.join("\n"), "error: /proc is not mounted");
});

Deno.test("comments may stand twice without a warning, and nothing else may", async () => {
  await using place = await Playground.open();
  const comments = ["@comment", "$comment", "//", "#", "_comment"]
    .map((it) => `"${it}": "a", "${it}": "b",`);
  const text = place.config("/two").replace("{", `{${comments.join("")}`)
    .replace('"timeout"', '"name": "a", "timeout"');
  await place.startAndServe();
  await Deno.writeTextFile(place.file, text);
  await place.serves("/two");
  await place.reports("this name stands in line");
  await place.staysQuiet();
  assertEquals(place.count("this name stands in line"), 1);
});

Deno.test("why a gateway exits whose configuration passes the check is in its log: the time of that is said, and nothing is guessed", async () => {
  await using place = await Playground.open();
  await place.startAndServe();
  await place.save("/a/{x}/b", "/a/{y}/c");
  await place.reports(
    "before it served, and krakend check finds nothing wrong",
  );
  const [, time = ""] = /see its log above, from (\d\d:\d\d:\d\d) on/
    .exec(place.lines.join("\n")) ?? [];
  assert(time);
  await place.reports("conflicts with existing wildcard");
  assertEquals(await place.statusOf("/one"), 200);
});

Deno.test("a reason that comes again is shown in one line, until something else happens", async () => {
  await using place = await Playground.open();
  await place.startAndServe();
  const frame = () => place.count('> 2 |   "version": 3,');
  for (const [i, end] of ["}", "} ", "}\n"].entries()) {
    await Deno.writeTextFile(place.file, `{\n  "version": 3,\n${end}`);
    await place.reports("is refused", i + 1);
  }
  await place.reports("as before: krakend.json:2:15: ", 2);
  assertEquals(frame(), 1);
  await place.save("/two");
  await place.serves("/two");
  await place.restarts(1);
  await Deno.writeTextFile(place.file, '{\n  "version": 3,\n}');
  await place.until("the frame is shown again", () => frame() === 2);
});

/** A name that acts on a terminal, reorders what follows, and ends a line. */
const NAME = "a\x1b]0;b\x07\r\u202ec\x1b[31m\nkrakend-watch: ready.json";
/** The same without all that. */
const VISIBLE = "a␛]0;b␇␍�c␛[31m␊krakend-watch: ready.json";

Deno.test("control characters in names of files and in configurations are made visible wherever they are shown", async () => {
  await using place = await Playground.open();
  await Deno.mkdir(place.path("more"));
  await Deno.writeTextFile(place.path(`more/${NAME}`), "1");
  const list = await run(place, ["--list", "--watch", "more"]);
  assert(list.some((line) => line.includes(`/more/${VISIBLE} `)));

  await Deno.copyFile(place.file, place.path(NAME));
  const once = await run(place, ["--once", "check", "-c", NAME]);
  assert(once.some((line) => line.includes("a␛]0;b␇␍�c")), once.join());

  const args = ["--watch", "more", "run", "-c", "krakend.json"];
  await place.startAndServe({ args, env: { FORCE_COLOR: "0" } });
  await Deno.writeTextFile(place.path(`more/${NAME}`), "2");
  await place.reports(`krakend-watch: more/${VISIBLE} changed`);
  const settings = { [NAME]: { [NAME]: NAME }, name: NAME };
  await Deno.writeTextFile(place.file, place.configWith(settings, "/two"));
  await place.serves("/two");
  const broken = place.config(`/${NAME}`).replace('"version"', `"\x1b\x07"`);
  await Deno.writeTextFile(place.file, `${broken},`);
  await place.reports("is refused");
  const ours = place.lines.filter((it) => it.startsWith("krakend-watch:"));
  // deno-lint-ignore no-control-regex -- that is the point
  assertEquals(ours.filter((it) => /[\x00-\x08\x0b-\x1f\u202e]/.test(it)), []);
  assertEquals(ours.filter((it) => it.includes("watch: ready.")).length, 1);
});

Deno.test("control characters in what is refused on the command line are made visible", async () => {
  await using place = await Playground.open();
  for (
    const args of [
      ["run", "-c", NAME],
      [NAME],
      ["--settle", NAME],
      [`--${NAME}`],
      ["-g", `[${NAME}`],
      ["-r", `(${NAME}`],
      ["--", NAME],
      ["--", `./${NAME}`],
      ["--krakend", NAME, "run", "-c", "krakend.json"],
    ]
  ) {
    const lines = await run(place, args, { FORCE_COLOR: "0" });
    assertStringIncludes(lines.join("\n"), "a␛]0;b␇␍", `${args}`);
    assertEquals(lines.length, 1, lines.join("\n"));
  }
});
