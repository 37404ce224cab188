import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import {
  redactLine,
  redactListing,
  redactName,
  redactValue,
  visible,
} from "../../lib/redact.ts";

/** Lines as they are written, and as they are shown. */
// deno-fmt-ignore
const LINES: Record<string, [line: string, shown: string][]> = {
  "KrakenD's names are shown, and of values those that cannot be secret": [
    [`  "endpoint": "/a/{id}",`, `  "endpoint": "/a/{id}",`],
    [`"method":"GET","timeout":"3s"`, `"method":"GET","timeout":"3s"`],
    [`- endpoint: /a/b # here`, `- endpoint: /a/b # ••••`],
    [`"cipher_key" = "S3CR3T"`, `"cipher_key" = "••••••"`],
    [`[[endpoints.backend]]`, `[[endpoints.backend]]`],
    [`[endpoints."auth/basic"]`, `[endpoints."auth/basic"]`],
    [`{"auth/basic":{"users":{"me":"pw"}}}`, `{"auth/basic":{"users":{"••":"••"}}}`],
    [`"port": 8080, "any": 13371`, `"port": 8080, "•••": •••••`],
  ],
  "any other name is hidden, and so is what only seems to be one": [
    [`[hunter]`, `[••••••]`],
    [`"port": 80, "my pin": 123`, `"port": 80, "•• •••": •••`],
    [`hunter2: 5`, `•••••••: •`],
    [`timeout: hunter2: 5`, `timeout: •••••••: •`],
    [`local port, key = 'pw', 5`, `••••• ••••, key = '••', •`],
    [`"endpoint": "/a, "b": //c`, `"endpoint": "••• "•"• •••`],
    [`"keys": ["port", 5]`, `"keys": ["••••", •]`],
  ],
  "a URL is shown without user, password, path and query": [
    [`"host": ["http://a:80/x"]`, `"host": ["http://a:80••"]`],
    [`"host": ["http://u:p@a"]`, `"host": ["••••••••••••"]`],
    [`"host": ["http://a/p@b", "http://c"]`, `"host": ["••••••••••••", "http://c"]`],
    [`"url_pattern": "/x?k=pw"`, `"url_pattern": "/x•••••"`],
    [`"url_pattern": "/bot1234567890a"`, `"url_pattern": "•••••••••••••••"`],
  ],
  "a line that is broken, or begins within a text, shows no more": [
    [`"secret": "pw" "port": 80`, `"secret": "••" "port": 80`],
    [`secret": "pw",`, `••••••"• "••"•`],
    [`"secret: "pw", "x": 1`, `"••••••• "••"• "•"• •`],
    [`"host": ["http://a"], "pin" 87654321`, `"host": ["http://a"], "•••" ••••••••`],
    [`"secret": "p`, `"secret": "•`],
    [`hunter2: 5", "port": 80`, `•••••••: •"• "••••"• ••`],
    ["MIIBmjCCAT+gAwIBAgIUFiWw4c==", "••••••••••••••••••••••••••=="],
  ],
  "templates show their words and fields, and no texts": [
    [`"timeout": "{{ .t.x }}",`, `"timeout": "{{ .t.x }}",`],
    [`"timeout": "{{ .t.x }",`, `"timeout": "•• •••• •",`],
    [`{{ if eq .x "pw" }}{{ end }}`, `{{ if eq .x •••• }}{{ end }}`],
    [`{{ template "a.tmpl" $x }}`, `{{ template •••••••• $x }}`],
    [`"name": "{{ index .m "pw" }}", "port": 80`, `"name": "{{ index .m •••• }}", "port": 80`],
    [`"a": "{{x", "b": "$ecret}}"`, `"•": "•••", "•": "••••••••"`],
    [`'a': '{{x', 'b': '$ecret}}'`, `'•': '•••', '•': '••••••••'`],
    [`{{ fail .db.pw }}`, `{{ •••• .db.pw }}`],
    [`{{ "a .pw" }}{{ a.pw }}`, `{{ •• •••• }}{{ •••• }}`],
  ],
};

for (const [sentence, rows] of Object.entries(LINES)) {
  Deno.test(`redactLine(): ${sentence}`, () => {
    assertEquals(
      rows.map(([line]) => redactLine(line)),
      rows.map(([, it]) => it),
    );
  });
}

Deno.test("redactLine() keeps every character's column, whatever the line is", () => {
  const unit = fc.constantFrom(
    ...`"'{}[],:=#|\\ .$ab12é\u{1F600}`,
    ...["{{", "}}", "port", "host"],
  );
  fc.assert(fc.property(fc.array(unit), (units) => {
    const line = units.join("");
    const shown = redactLine(line);
    assertEquals(shown.length, line.length);
    for (let i = 0; i < line.length; i++) {
      assert(shown[i] === "•" || shown[i] === line[i], shown);
    }
  }));
});

Deno.test("redactValue() shows what cannot be secret, and the beginning of URLs", () => {
  const rows: [key: string, value: unknown, shown: string][] = [
    ["timeout", "1m30s", "1m30s"],
    ["max_rate", 5.5, "5.5"],
    ["port", 8080, "8080"],
    ["anything", 13371, "…"],
    ["anything", "2s", "…"],
    ["method", "POST", "POST"],
    ["disabled", true, "true"],
    ["url_pattern", "/a/{b}?k=pw", "/a/{b}…"],
    ["url_pattern", "/payments-service-v2/x", "/payments-service-v2/x"],
    ["url_pattern", "/hooks/d41d8cd98f00b204", "…"],
    ["endpoint", "/a/:id", "/a/:id"],
    ["host", ["http://a:80/x?k=pw", "http://u:pw@b"], "[http://a:80…, …]"],
    ["host", "https://d41d8cd98f00b204.ingest.b", "…"],
    ["host", "http://[::1]:80", "http://[::1]:80"],
    ["password", 123, "…"],
    ["val", 123, "…"],
    ["anything", "text", "…"],
    ["anything", "", '""'],
    ["anything", { a: 1 }, "…"],
    ["constructor", "text", "…"],
    ["timeout", "1".repeat(10_000_000) + "s", "…"],
  ];
  for (const [key, value, shown] of rows) {
    assertEquals(redactValue(key, value), shown);
  }
});

Deno.test("redactName() shows words, and no random keys", () => {
  const names = ["auth/validator", "my agent", "X-Api-Key", "@comment", "é"];
  assertEquals(names.map(redactName), names);
  const others = ["d41d8cd98f00b204", "a\nb", "x".repeat(100), "http://a"];
  assertEquals(others.map(redactName), ["…", "…", "…", "…"]);
});

/** Lines of `krakend check -d`, and how they are shown; the same if absent. */
// deno-fmt-ignore
const LISTING: readonly (readonly [line: string, shown?: string])[] = [
  ["Parsing configuration file: krakend.json"],
  ["Global settings"],
  ["\tName: My gateway", "\tName: …"],
  ["\tPort: 8099"],
  ["\tDefault timeout: 2s"],
  ["\tDefault backend hosts: [http://b:80 http://u:pw@c]", "\tDefault backend hosts: [http://b:80, …]"],
  ["\tNo TLS section defined"],
  ["1 global component configuration(s):"],
  ["- any/thing"],
  ["\tpassword: hunter2", "\tpassword: …"],
  ["\tlist: [harmless]", "\tlist: […]"],
  ["\tsize: 3"],
  ["1 API endpoint(s):"],
  ["\t- GET /a/:id"],
  ["\t\t[+] POST /x?k=hunter2", "\t\t[+] POST /x…"],
  ["\t\t\tpre: local a = 'hunter2'", "\t\t\tpre: …"],
  ["print(a)", "…"],
  ["- hunter2: x", "… … …"],
  ["\tsk-live-98237498237498: x", "\t…: …"],
  ["- router"],
  ["\tDialer timeout: 3s"],
  ["\tDeny: [], Allow: [x]", "\tDeny: …"],
  ["the hunter2: is", "… … …"],
  ["Syntax OK!"],
];

Deno.test("redactListing() shows the names of a listing, and of values those that cannot be secret", () => {
  const listing = LISTING.map(([line]) => line).join("\n");
  const shown = LISTING.map(([line, shown = line]) => shown);
  assertEquals(redactListing(listing).split("\n"), shown);
});

Deno.test("visible() keeps nothing that acts on a terminal or hides a character", () => {
  assertEquals(visible("\x1b[31ma\x1b]0;x\x07"), "␛[31ma␛]0;x␇");
  assertEquals(
    visible("a\u202eb\u200bc\x7fd\u2028\r\n"),
    "a\ufffdb\ufffdc\ufffdd\ufffd␍␊",
  );
  assertEquals(visible("\ttab é \u{1F600}"), "\ttab é \u{1F600}");
});
