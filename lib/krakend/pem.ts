/**
 * Takes files of PEM apart, as Go does (encoding/pem).
 *
 * @module
 */

/** One block. */
export interface PemBlock {
  /** Such as `CERTIFICATE` or `EC PRIVATE KEY`. */
  readonly type: string;
  /** The block itself, without what stands around it. */
  readonly text: string;
  /** Whether a password is needed to read it. */
  readonly isEncrypted: boolean;
}

/** What a file of PEM holds. */
export interface Pem {
  /** The blocks that are whole. */
  readonly blocks: readonly PemBlock[];
  /** Whether the file ends within a block. */
  readonly isCut: boolean;
}

/** The line may be cut short, too. */
const BEGIN = /^-----BEGIN (?<type>.*?)(?:-----)?$/;
const END = /^-----END (?<type>.*)-----$/;
/** Such as `Proc-Type: 4,ENCRYPTED`. */
const HEADER = /^[^:]*:/;
const BASE64 = /^(?:[A-Za-z\d+/]{4})*(?:[A-Za-z\d+/]{2}==|[A-Za-z\d+/]{3}=)?$/;

/**
 * Finds the blocks of a text. Whatever stands between them is a comment, and
 * so is a block that is no base64.
 */
export function parsePem(text: string): Pem {
  const blocks: PemBlock[] = [];
  let open: { type: string; lines: string[] } | undefined;
  for (const line of text.split("\n").map((line) => line.trimEnd())) {
    const begin = BEGIN.exec(line)?.groups?.["type"];
    if (begin !== undefined) {
      // Go takes the last beginning before an end.
      open = { type: begin, lines: [] };
      continue;
    }
    const end = END.exec(line)?.groups?.["type"];
    if (end === undefined || !open) {
      open?.lines.push(line);
      continue;
    }
    const block = end === open.type && blockOf(open.type, open.lines);
    if (block) blocks.push(block);
    open = undefined;
  }
  return { blocks, isCut: open !== undefined };
}

function blockOf(type: string, lines: string[]): PemBlock | undefined {
  const start = lines.findIndex((line) => !HEADER.test(line));
  const headers = lines.slice(0, Math.max(0, start));
  const body = lines.slice(headers.length).join("").replaceAll(/\s/g, "");
  if (!BASE64.test(body)) return undefined;
  const text = [`-----BEGIN ${type}-----`, ...lines, `-----END ${type}-----`];
  return {
    type,
    text: text.join("\n") + "\n",
    isEncrypted: type === "ENCRYPTED PRIVATE KEY" ||
      headers.some((line) => /^Proc-Type:.*ENCRYPTED/.test(line)),
  };
}
