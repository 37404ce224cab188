/**
 * Files that are no text as KrakenD reads it.
 *
 * @module
 */

import type { Fault } from "./fault.ts";

/** The first bytes of files, and what they tell. */
const MARKS: readonly [readonly number[], string][] = [
  [
    [0xef, 0xbb, 0xbf],
    "the file begins with a byte order mark (BOM), which KrakenD takes for a character: save it as UTF-8 without BOM",
  ],
  [[0xff, 0xfe], "the file is UTF-16: save it as UTF-8"],
  [[0xfe, 0xff], "the file is UTF-16: save it as UTF-8"],
  [[0x1f, 0x8b], "the file is compressed (gzip), and no text"],
  [[0x50, 0x4b, 0x03, 0x04], "the file is an archive (ZIP), and no text"],
];

/** How many bytes tell whether every second one is zero, as it is in UTF-16. */
const SAMPLE_BYTES = 64;

/** What is wrong with a file before anybody looks at its words; undefined if it is text. */
export function findEncodingFault(bytes: Uint8Array): Fault | undefined {
  const mark = MARKS.find(([mark]) => mark.every((it, i) => bytes[i] === it));
  if (mark) return { offset: 0, length: 1, message: mark[1] };
  const zero = bytes.indexOf(0);
  if (zero < 0) return undefined;
  const sample = bytes.subarray(0, SAMPLE_BYTES);
  const zeros = sample.filter((byte) => byte === 0).length;
  if (zero < 2 && zeros * 2 >= sample.length - 1) {
    return {
      offset: 0,
      length: 1,
      message: "the file is UTF-16 without a mark: save it as UTF-8",
    };
  }
  const { length } = new TextDecoder().decode(bytes.subarray(0, zero));
  return {
    offset: length,
    length: 1,
    message: "there is a zero byte: the file is no text",
  };
}
