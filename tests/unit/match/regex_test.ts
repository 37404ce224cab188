import { assertEquals } from "@std/assert";
import { parseRegex } from "../../../lib/match/regex.ts";

type Row = [regex: string, text: string, matches: boolean];

const r = String.raw;

/** The names of the tables are the names of the tests. */
const TABLES: Record<string, Row[]> = {
  "an expression matches anywhere": [
    ["foo.*", "foo", true],
    ["foo.*", "a/foobar", true],
    ["foo.*", "bar", false],
    ["", "a", true],
    [r`\.go$`, "foo.go", true],
    [r`\.go$`, "foo.gop", false],
    ["^foo", "a/foo", false],
    ["a|^b", "ab", true],
    ["^(a|b){2,3}$", "aba", true],
    ["^(a|b){2,3}$", "a", false],
  ],
  "flags hold to the end of their group": [
    ["(?i)foo", "FOO", true],
    ["a(?i)b|c", "aB", true],
    ["a(?i)b|c", "AB", false],
    ["a(?i)b|c", "C", true],
    ["(?i:a)b", "Ab", true],
    ["(?i:a)b", "AB", false],
    ["((?i)a)b", "AB", false],
    ["(?i)a(?-i)b", "Ab", true],
    ["(?i)a(?-i)b", "AB", false],
    ["(?s-i:a.)B", "a\nB", true],
    ["(?i)[^k]", "K", false],
    ["(?i)k", "\u212A", true],
    [r`(?i)\W`, "\u017F", false],
    [r`(?i)^\P{Lu}$`, "a", false],
    [r`(?i)[[:upper:]]`, "a", true],
    [r`(?i)\Qa.b\E`, "A.B", true],
    ["(?U)^a+$", "aa", true],
    ["(?)a", "a", true],
  ],
  "a line ends at \\n alone, and only with (?m)": [
    ["^b", "a\nb", false],
    ["a$", "a\nb", false],
    ["(?m)^b", "a\nb", true],
    ["(?m)a$", "a\nb", true],
    ["(?m)^b", "a\rb", false],
    ["(?m)a$", "a\u2028b", false],
    ["(?m)(?-m)^b", "a\nb", false],
    [r`(?m)\Ab`, "a\nb", false],
    [r`(?m)a\z`, "a\nb", false],
    [r`\Aa\z`, "a", true],
  ],
  "a dot is all but \\n, and with (?s) all": [
    ["a.b", "a\nb", false],
    ["a.b", "a\rb", true],
    ["a.b", "a\u2028b", true],
    ["^.$", "\u{1F600}", true],
    ["(?s)a.b", "a\nb", true],
    ["(?s)(?-s)a.b", "a\nb", false],
    ["a[^x]b", "a\nb", true],
  ],
  "Perl's classes are ASCII": [
    [r`\d`, "7", true],
    [r`\w`, "\u00E9", false],
    [r`\W`, "\u00E9", true],
    [r`\s`, "\u00A0", false],
    [r`\s`, "\v", false],
    [r`[\s\d]`, "\f", true],
    [r`[^\W\d]`, "a", true],
    [r`[^\W\d]`, "7", false],
    [r`a\b`, "a\u00E9", true],
    [r`a\B`, "ab", true],
    [r`(?i)k\b`, "\u212A", false],
  ],
  "classes have names": [
    ["[[:alpha:]]", "a", true],
    ["[[:alpha:]]", ":", false],
    ["[[:^alpha:]]", "a", false],
    ["[[:^alpha:]]", "7", true],
    ["[^[:alpha:]]", "a", false],
    ["[[:alpha:]_-]", "-", true],
    ["[[:punct:]]", "]", true],
    ["[[:punct:]]", "a", false],
    ["[[:space:]]", "\v", true],
    ["[[:word:]]", "_", true],
    ["[[:xdigit:]]", "g", false],
    ["[[:ascii:]]", "\u00E9", false],
    ["[:alpha:]", "l", true],
    ["[:alpha:]", "z", false],
    ["[[:]", ":", true],
    [r`\pL`, "\u00E9", true],
    [r`\PL`, "\u00E9", false],
    [r`\p{Greek}`, "\u03B1", true],
    [r`\p{^Greek}`, "\u03B1", false],
    [r`\P{^Greek}`, "\u03B1", true],
    [r`[\p{Lu}7]`, "7", true],
    [r`[^\p{Lu}]`, "A", false],
    [r`\p{Any}`, "\n", true],
  ],
  "brackets take almost everything as it is": [
    ["[]a]", "]", true],
    ["[^]a]", "]", false],
    ["[^]a]", "b", true],
    ["[a-c]", "b", true],
    ["[a-]", "-", true],
    ["[-a]", "-", true],
    ["[a-c-e]", "-", true],
    ["[a-c-e]", "d", false],
    [r`[\d-z]`, "-", true],
    [r`[\d-z]`, "x", false],
    ["[.*$(]", "$", true],
    ["[.*$(]", "a", false],
    ["[[a]", "[", true],
    ["[&&a]", "&", true],
    [r`[\]]`, "]", true],
    ["[^a]", "\u{1F600}", true],
  ],
  "escapes stand for characters": [
    [r`\Q*.[\E+`, "*.[", true],
    [r`^\Qab\E+$`, "abb", true],
    [r`\Qa.`, "a.", true],
    [r`\Qa.`, "ab", false],
    [r`\x41`, "A", true],
    [r`\x{1F600}`, "\u{1F600}", true],
    [r`\101`, "A", true],
    [r`\01`, "\x01", true],
    [r`a\0b`, "a\0b", true],
    [r`\a\f\n\r\t\v`, "\x07\f\n\r\t\v", true],
    [r`\_\-\/\"`, '_-/"', true],
    [r`[\x41-\x43]`, "B", true],
  ],
  "a character beyond U+FFFF is one, at the end too": [
    [r`[\x{1F600}]$`, "\u{1F600}", true],
    [r`a[^b]$`, "a\u{1F600}", true],
    [r`\p{So}$`, "ab\u{1F600}", true],
    [r`\p{Any}\z`, "a\u{1F600}", true],
    [r`^.$`, "\u{1F600}", true],
    [r`^..$`, "\u{1F600}", false],
  ],
  "names of groups are only names": [
    ["^(?P<name>a)+$", "aa", true],
    ["^(?<1>a)$", "a", true],
    ["(?:a)(b)", "ab", true],
  ],
  "what could repeat something and does not is a character": [
    ["a{", "a{", true],
    ["a{,2}", "aa", false],
    ["a{,2}", "a{,2}", true],
    ["a{01}", "a{01}", true],
    ["a}]", "a}]", true],
    ["^a{2}$", "aa", true],
    ["^a{2,}?$", "a", false],
    ["^a{1000}$", "a".repeat(1_000), true],
    ["^*a$*", "a", true],
    [r`^+a\b+`, "a", true],
  ],
};

for (const [sentence, rows] of Object.entries(TABLES)) {
  Deno.test(`parseRegex(): ${sentence}`, () => {
    for (const [regex, text, matches] of rows) {
      assertEquals(
        parseRegex(regex).matches(text),
        matches,
        JSON.stringify([regex, text]),
      );
    }
  });
}

Deno.test("parseRegex() knows which matches could be undone by what follows", () => {
  const final = ["foo", "((foo{3,4})|abc*)+|foo", "^a", r`\Aa`, r`\$`, "[$]"];
  const open = [
    "foo$",
    "(?m)foo$",
    r`foo\b`,
    r`foo\B`,
    r`foo\z`,
    r`(foo\b)|(baz$)`,
    "a|b|(?i:c$)",
  ];
  const isMatchFinal = (regex: string) => parseRegex(regex).isMatchFinal;
  assertEquals(final.map(isMatchFinal), final.map(() => true));
  assertEquals(open.map(isMatchFinal), open.map(() => false));
});

Deno.test("parseRegex() gives the same answer each time", () => {
  const { matches } = parseRegex("a");
  assertEquals([matches("a"), matches("a"), matches("ba")], [true, true, true]);
});
