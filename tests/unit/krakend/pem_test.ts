import fc from "fast-check";
import { assertEquals } from "@std/assert";
import { parsePem } from "../../../lib/krakend/pem.ts";
import { OTHER_PAIR, PAIR } from "../../helpers/certificates.ts";

/** The types of the blocks of a text, and whether it is cut. */
function typesIn(text: string): [string[], boolean] {
  const { blocks, isCut } = parsePem(text);
  return [blocks.map(({ type }) => type), isCut];
}

const BLOCK = "-----BEGIN A-----\nAAAA\n-----END A-----\n";

Deno.test("blocks are found among comments, in their order", () => {
  const text = `one\n${PAIR.certificate}two\n\n${PAIR.key}three`;
  const { blocks, isCut } = parsePem(text);
  assertEquals(blocks.map(({ text }) => text), [PAIR.certificate, PAIR.key]);
  assertEquals(typesIn(text), [["CERTIFICATE", "PRIVATE KEY"], false]);
  assertEquals(isCut, false);
});

Deno.test("a block is whole without the last end of line, and with Windows' ends", () => {
  assertEquals(typesIn(BLOCK.trimEnd()), [["A"], false]);
  assertEquals(typesIn(BLOCK.replaceAll("\n", "\r\n")), [["A"], false]);
});

Deno.test("a block begins at the beginning of a line, and ends as it began", () => {
  assertEquals(typesIn(` ${BLOCK}`), [[], false]);
  assertEquals(typesIn(BLOCK.replace("END A", "END B")), [[], false]);
});

Deno.test("a beginning without end does not hide the block that follows", () => {
  assertEquals(typesIn(`-----BEGIN B-----\nAAAA\n${BLOCK}`), [["A"], false]);
  assertEquals(typesIn(`${BLOCK}-----BEGIN B-----\n`), [["A"], true]);
});

Deno.test("a block that is no base64 counts for nothing", () => {
  for (const body of ["AAA", "AAAA?", "A===", "=AAA"]) {
    assertEquals(typesIn(BLOCK.replace("AAAA", body)), [[], false], body);
  }
});

Deno.test("keys that need a password are told from others", () => {
  const headers = "Proc-Type: 4,ENCRYPTED\nDEK-Info: AES-128-CBC,D4\n\n";
  const isEncrypted = (text: string) => parsePem(text).blocks[0]?.isEncrypted;
  assertEquals(isEncrypted(BLOCK), false);
  assertEquals(isEncrypted(BLOCK.replace("AAAA", "X: y\nAAAA")), false);
  assertEquals(isEncrypted(BLOCK.replace("AAAA", `${headers}AAAA`)), true);
  const type = "ENCRYPTED PRIVATE KEY";
  assertEquals(isEncrypted(BLOCK.replaceAll("A-", `${type}-`)), true);
});

Deno.test("a file of PEM that ends anywhere within its last block has one block less", () => {
  const [first, second] = [PAIR.certificate, OTHER_PAIR.certificate];
  const last = second.trimEnd().length;
  const lengths = fc.integer({ min: "-----BEGIN C".length, max: last - 1 });
  fc.assert(fc.property(lengths, (length) => {
    const text = first + second.slice(0, length);
    assertEquals(typesIn(text), [["CERTIFICATE"], true]);
  }));
});
