import { assert, assertEquals } from "@std/assert";
import { frame } from "../../../lib/krakend/frame.ts";

Deno.test("a frame shows the place, the lines around it and a caret", () => {
  const text = '{\n  "a": 1,\n  "b": 2,\n}\n';
  const fault = { offset: text.indexOf(",\n}"), length: 1, message: "so" };
  assertEquals(
    frame(text, fault, "k.json"),
    [
      "k.json:3:9: error: so",
      "  1 | {",
      '  2 |   "a": 1,',
      '> 3 |   "b": 2,',
      "    |         ^",
      "  4 | }",
    ].join("\n"),
  );
});

Deno.test("a caret stands below its character behind tabs and wide characters, and is as long as the fault", () => {
  const text = '\t"名前": xyz';
  const shown = frame(text, { offset: 7, length: 3, message: "" }, "k.json");
  const [, line = "", caret = ""] = shown.split("\n");
  assertEquals(caret, "    | \t        ^^^");
  assert(line.startsWith("> 1 | \t"));
});

Deno.test("of a very long line, the part around the fault is shown", () => {
  const text = `${"x".repeat(5_000)}!${"y".repeat(5_000)}`;
  const shown = frame(text, { offset: 5_000, length: 1, message: "" }, "k");
  const [, line = "", caret = ""] = shown.split("\n");
  assert(line.length < 120, line);
  assertEquals(line[caret.indexOf("^")], "!");
});

Deno.test("Windows' ends of lines, an end without a line and control characters do no harm", () => {
  const shown = frame(
    "{\r\n\u001b[2J\r\n",
    { offset: 8, length: 0, message: "" },
    "k",
  );
  assert(!shown.includes("\r") && !shown.includes("\u001b"), shown);
});

const SECRET = "hunter2";

/** Texts with a secret, and the word near which they are broken. */
const SECRETS: Readonly<Record<string, string>> = {
  "a password": `{"password": "${SECRET}",\n!}`,
  "a key in capitals": `{"API_KEY": "${SECRET}",\n!}`,
  "a text that is never closed": `{"client_secret": "${SECRET}\n!}`,
  "the members of a list": `{\n  "tokens": [\n    "${SECRET}"\n    !]}`,
  "the settings below a name":
    `{\n  "headers": {\n    "X-Any": "${SECRET}",\n    !}}`,
  "what stands on the line of a secret": `{"secret": 1, "name": "${SECRET}"!}`,
  "the user of a URL": `{"host": "http://admin:${SECRET}@db/"!}`,
  "a block of YAML": `password: |\n  ${SECRET}\n  !`,
  "an assignment of TOML": `password = "${SECRET}"\n!`,
  "an item of a list of YAML that is not indented":
    `tokens:\n- one\n- ${SECRET}\n!`,
  "a table of TOML": `[extra_config.headers]\nX-Any = "${SECRET}"\n!`,
  "a component's table of TOML":
    `[extra_config."auth/basic"]\nann = "${SECRET}"\n!`,
  "a long text of TOML": `password = """\n${SECRET}\n"""\n!`,
  "a block without indentation": `{\n"headers": {\n"X-Any": "${SECRET}",\n!}}`,
  "a value on a line of its own": `{\n"password":\n"${SECRET}"\n!}`,
  "a name without its colon": `{\n"password" "${SECRET}"\n!}`,
  "a name with a comma for its colon": `{\n  "password", "${SECRET}"\n!}`,
  "a name of YAML without its colon": `password ${SECRET}\n!`,
  "a text of a component that deals with secrets":
    `{"auth/basic": {"users": {"ann": "${SECRET}"!}}}`,
  "a query": `{"url_pattern": "/x?token=${SECRET}"!}`,
  "a name in camel case": `{"clientSecret": "${SECRET}"!}`,
  "a block of PEM":
    `{"a": "\n-----BEGIN KEY-----\n${SECRET}\n!-----END KEY-----`,
};

for (const [name, text] of Object.entries(SECRETS)) {
  Deno.test(`${name} is never shown`, () => {
    const fault = { offset: text.indexOf("!"), length: 1, message: "" };
    const shown = frame(text, fault, "k.json");
    assert(!shown.includes(SECRET), shown);
  });
}

Deno.test("what is no secret is shown: a namespace that deals with them, a port, an endpoint", () => {
  const text = '{"auth/validator": {"alg": "RS256"},\n"endpoint": "/v1"!}';
  const fault = { offset: text.indexOf("!"), length: 1, message: "" };
  const shown = frame(text, fault, "k.json");
  assert(shown.includes("RS256") && shown.includes("/v1"), shown);
});

Deno.test("what follows a component that deals with secrets is shown", () => {
  const text =
    '{"auth/basic": {"users": {"ann": "pw"}}, "timeout": "2s",\n"x": 1!}';
  const fault = { offset: text.indexOf("!"), length: 1, message: "" };
  const shown = frame(text, fault, "k.json");
  assert(!shown.includes("pw") && shown.includes('"timeout": "2s"'), shown);
});
