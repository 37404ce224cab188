import { assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import fc from "fast-check";
import { UsageError } from "../../../lib/errors.ts";
import { parseRegex } from "../../../lib/match/regex.ts";

const r = String.raw;

Deno.test("parseRegex() refuses what it cannot express and says why", () => {
  const rows: [regex: string, reason: string][] = [
    ["(?=a)", "there is no lookahead and no lookbehind"],
    ["(?!a)", "there is no lookahead and no lookbehind"],
    ["(?<=a)b", "there is no lookahead and no lookbehind"],
    ["(?<!a)b", "there is no lookahead and no lookbehind"],
    [r`(a)\1`, "there are no backreferences"],
    [r`(?P<x>a)\k<x>`, "there are no backreferences"],
    [r`a\Z`, r`there is no escape \Z`],
    [r`\C`, r`there is no escape \C`],
    [r`\E`, r`there is no escape \E`],
    [r`\x4`, r`there is no escape \x`],
    [r`[\b]`, r`there is no escape \b`],
    [r`[a-\d]`, r`there is no escape \d`],
    ["\\\u00E9", "there is no escape \\\u00E9"],
    [r`\x{110000}`, r`\x{110000} is no character`],
    ["a\\", "nothing follows the last backslash"],
    ["(a", `"(" is not closed`],
    ["a)", `")" closes nothing`],
    ["[a", `"[" is not closed`],
    ["[]", `"[" is not closed`],
    ["[[:alpha:]", `"[" is not closed`],
    ["[z-a]", "the range z-a runs backwards"],
    ["[[:letter:]]", "there is no class [:letter:]"],
    ["[[:constructor:]]", "there is no class [:constructor:]"],
    [r`\p{Letters}`, r`there is no class \p{Letters}`],
    [r`\p{Lu}\p{}`, r`there is no class \p{}`],
    ["*", "there is nothing that * could repeat"],
    ["a|*", "there is nothing that * could repeat"],
    ["(+)", "there is nothing that + could repeat"],
    ["a**", "there is nothing that * could repeat"],
    ["a{2}{3}", "there is nothing that {3} could repeat"],
    ["a{2,1}", "{2,1} runs backwards"],
    ["a{1001}", "{1001} is more than 1000 times"],
    ["a{1,1001}", "{1,1001} is more than 1000 times"],
    ["a{1001,}", "{1001,} is more than 1000 times"],
    ["(?x)a", "there is no group that begins with (?x)"],
    ["(?-)a", "there is no group that begins with (?-)"],
    ["(?P<a-b>c)", "there is no group that begins with (?P<a-b>"],
    ["(?>a)", "there is no group that begins with (?>"],
  ];
  for (const [regex, reason] of rows) {
    const { message } = assertThrows(() => parseRegex(regex), UsageError);
    assertStringIncludes(
      message,
      `Cannot read "${regex}" as a regular expression: ${reason}. Write it`,
    );
  }
});

const anyText = fc.string({ unit: "grapheme", maxLength: 6 });

Deno.test("parseRegex() with \\Q, with \\x{} and with backslashes finds exactly the text", () => {
  fc.assert(fc.property(anyText, anyText, anyText, (text, before, other) => {
    const forms = [
      `\\Q${text}`,
      [...text].map((it) => `\\x{${it.codePointAt(0)?.toString(16)}}`).join(""),
      text.replace(/[!-\/:-@[-`{-~]/g, "\\$&"),
    ];
    for (const form of text.includes("\\E") ? forms.slice(1) : forms) {
      const { matches } = parseRegex(form);
      assertEquals(matches(before + text + other), true, form);
      assertEquals(matches(other), other.includes(text), form);
    }
  }));
});

Deno.test("parseRegex() either reads a pattern or gives a reason of its own", () => {
  const piece = fc.constantFrom(
    ..."ab.*+?|()[]^$-{}\\,:!=<>iPQEpxkd0127\n\u00E9\u{1F600}",
    ..."(?i) (?: (?P<x> [^ [[:alpha:] \\p{L} \\x{41} \\Q \\E {1,2}".split(" "),
  );
  const reasons = new Set<string>();
  const anyPattern = fc.array(piece, { maxLength: 8 });
  fc.assert(
    fc.property(anyPattern, (pieces) => {
      try {
        parseRegex(pieces.join("")).matches("ab");
        reasons.add("none");
      } catch (error) {
        if (!(error instanceof UsageError)) throw error;
        // JavaScript's own reason would speak of the translation.
        assertEquals(/Invalid regular/.test(error.message), false);
        reasons.add("some");
      }
    }),
    { numRuns: 2_000 },
  );
  assertEquals([...reasons].sort(), ["none", "some"]);
});
