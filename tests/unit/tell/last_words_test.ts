import { assertEquals } from "@std/assert";
import { findLastWords } from "../../../lib/tell/last_words.ts";

/** Logs, and the line of each that tells why. */
const LOGS: readonly [string, readonly string[], string | undefined][] = [
  [
    "an error wins over what comes after it",
    ["KRAKEND ERROR: listen tcp :80: bind: in use", "KRAKEND INFO: bye"],
    "KRAKEND ERROR: listen tcp :80: bind: in use",
  ],
  [
    "the last error counts",
    ["ERROR: one", "ERROR: two"],
    "ERROR: two",
  ],
  [
    "a panic wins over errors",
    ["ERROR: one", "panic: no such plugin", "goroutine 1 [running]:"],
    "panic: no such plugin",
  ],
  ["without an error, the last line does", ["one", "two"], "two"],
  ["nothing is nothing", [], undefined],
  [
    "colours and passwords are taken away",
    ["\u001b[31mERROR\u001b[0m: amqp://me:s3cret@mq is down"],
    "ERROR: amqp://***@mq is down",
  ],
  [
    "a secret that is longer than a line is taken away",
    ["bad key:", "-----BEGIN RSA PRIVATE KEY-----", "s3cret", "-----END RSA"],
    "***",
  ],
  [
    "headers and settings are told without their values",
    ['ERROR: sent "Authorization: Bearer s3cret" with map[token:s3cret a:b]'],
    'ERROR: sent "Authorization: ***" with map[token:*** a:b]',
  ],
  ["a line of nothing is nothing", [""], undefined],
];

for (const [name, lines, expected] of LOGS) {
  Deno.test(`of a gateway's last words, ${name}`, () => {
    assertEquals(findLastWords(lines), expected);
  });
}
