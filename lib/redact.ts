/**
 * Values that can be shown, in messages, differences and lines of files. A
 * value is hidden unless its form or its key is on a list of what cannot be a
 * secret: a list of what can be one has no end.
 *
 * @module
 */

/** Small numbers, durations, switches and methods of HTTP are no secrets under any key but those that follow. */
const PLAIN =
  /^(?:true|false|null|-?\d{1,3}(?:\.\d{1,9})?|(?:\d{1,9}(?:\.\d{1,9})?(?:[nuµm]?s|m|h)){1,4}|GET|HEAD|POST|PUT|PATCH|DELETE|OPTIONS)$/;
const SECRETIVE =
  /pass|pwd|pin\b|secret|token|key|cred|auth|salt|otp|cookie|licen[cs]e|private|cvv|^code$|^val(?:ue)?s?$/i;
/** A larger number may be a PIN, but not under keys that count. */
const NUMBER = /^-?\d{4,9}(?:\.\d{1,9})?$/;
const COUNTING =
  /port|max|min|size|ttl|rate|limit|capacity|time|interval|version|bytes|calls|retries|workers|width|buffer|every/i;
/** Longer values are hidden before any pattern reads them. */
const LONGEST = 200;
const PATH = /^(?:\/(?:\{[\w.-]{1,60}\}|[\w.~*:-]*))+(?=$|\?)/;
/** A scheme with a host, without a path. */
const HOST =
  /^[a-z][a-z\d+.-]{0,20}:\/\/(?:[\w.-]+|\[[\da-f:]+\])(?::\d{1,5})?(?=$|[/?#])/;
const WORD = /^[\w.-]{1,40}$/;

/** The part of a value that can be shown, by its key. */
const SHOWN: ReadonlyMap<string, RegExp> = new Map([
  ["endpoint", PATH],
  ["input_headers", WORD],
  ["input_query_strings", WORD],
  ["url_pattern", PATH],
  ["host", HOST],
  ["encoding", WORD],
  ["output_encoding", WORD],
  ["group", WORD],
  ["target", WORD],
  ["level", WORD],
  ["strategy", WORD],
]);

/** Whether what stands under a key may be a secret, whatever its form. The names of components are no such keys. */
export function isSecretive(key: string): boolean {
  return SECRETIVE.test(key) && !key.includes("/");
}

/** Whether a part of a name, a path or a host may be a random key: a long one with digits, but for a number at the end of words. */
function isOpaque(text: string): boolean {
  return text.split(/[/.:]/).some((part) =>
    part.length >= 12 && /\d/.test(part) &&
    !/^[a-z]+(?:[_-][a-z]+)*[_-]?\d{1,3}$/i.test(part)
  );
}

/** Returns the beginning of a value that can be shown under a key; "" if nothing can. */
function shownPart(key: string, text: string): string {
  if (text.length > LONGEST) return "";
  if (PLAIN.test(text) || NUMBER.test(text) && COUNTING.test(key)) {
    return isSecretive(key) ? "" : text;
  }
  // With an "@", the end of a password is unknown.
  const isHost = key === "host";
  if (isHost && text.includes("@")) return "";
  const [part = ""] = SHOWN.get(key)?.exec(text) ?? [];
  return isOpaque(part) ? "" : part;
}

/**
 * Returns a value of a configuration as it can be shown, with `…` for the rest.
 *
 * @param key Of the value; of a member of a list, that of the list.
 */
export function redactValue(key: string, value: unknown): string {
  if (value === "") return '""';
  if (Array.isArray(value) && value.length <= 5) {
    return `[${value.map((it) => redactValue(key, it)).join(", ")}]`;
  }
  if (typeof value === "object" && value !== null) return "…";
  const text = String(value);
  const shown = shownPart(key, text);
  return shown === text ? shown : `${shown}…`;
}

/** Returns a name of a configuration, such as a key, as it can be shown. */
export function redactName(name: string): string {
  return /^[@$\p{L}\d_. /*-]{1,60}$/u.test(name) && !isOpaque(name)
    ? name
    : "…";
}

/** A text in quotes, closed or not; an action of a template; a word; or one other character. */
const TOKEN =
  /(?<quote>["'])(?<text>(?:\\.|(?!\k<quote>)[^\\])*)(?<close>\k<quote>?)|(?<action>\{\{.*?\}\})|(?<word>[^\s"'{}[\],:=#|>]+)|./gsu;
const KEY = /^[@$\p{L}_][\p{L}\d_./-]{0,60}$/u;
/** Follows a key. Base64 has "=" at its end, too. */
const SEPARATORS = {
  json: /^\s*:\s*[^\s\]},:]/,
  yaml: /^\s*:(?:[\s"'[{\d]|$)/,
  toml: /^\s*=(?!=)\s*\S/,
} as const;
/** The words of a template, and names of its files and fields; no other text. */
const ACTION =
  /(?<=\b(?:template|include|define|block)\s+)"(?:[\w-]+\/)*[\w-]+\.\w{1,6}"|(?<![^\s({|,=])\$?\.?\w+(?:\.\w+)*(?![^\s)}|,=])|[\s{}()|,:=-]+|(?<hidden>"[^"]*"?|.)/gs;
const ACTION_WORD =
  /^(?:[$.]|(?:if|else|end|range|with|template|include|define|block|env|marshal|dict|list|default|eq|ne|not|and|or|len|index)$)/;
/** The header of a table of TOML. */
const TABLE =
  /^\s*\[\[?(?:endpoints|async_agent|tls|client_tls|plugin|extra_config)(?:\.(?:backend|extra_config|keys|"[a-z-]+(?:\/[a-z-]+)+"))*\]\]?\s*$/;

/** Where a line stands. */
interface LineContext {
  /** Whether it begins within a text in double quotes. */
  readonly isInText?: boolean;
  /** Of the file: in JSON a key stands in quotes, in TOML an "=" follows. */
  readonly format?: "json" | "yaml" | "toml";
}

/**
 * Returns a line of a file that may be broken, with its keys and punctuation,
 * and of its values those that can be shown. Every character keeps its column.
 */
export function redactLine(
  line: string,
  { isInText = false, format = "yaml" }: LineContext = {},
): string {
  if (isInText) return redactLine(`"${line}`, { format }).slice(1);
  if (TABLE.test(line)) return line;
  // Where a quote is missing, any word may belong to a text.
  const isBroken = line.replaceAll(/\\./g, "").split('"').length % 2 === 0;
  let key = "";
  /** The part that comes next. After a value, only a text in quotes can be a key. */
  let place: "key" | "separator" | "value" | "after" = "key";
  /** The brackets that are open. */
  const open: string[] = [];
  return line.replaceAll(TOKEN, (token, ...rest) => {
    const { quote = "", text, close = "", action, word }: Groups = rest.at(-1);
    if (action) return hide(action);
    const content = text ?? word ?? "";
    if (content === "" || content === "-") {
      if (/[{,]/.test(token) || token === "[" && place !== "value") {
        place = "key";
      }
      if (/[:=]/.test(token) && place === "separator") place = "value";
      if (/[[{]/.test(token)) open.push(token);
      if (/[\]}]/.test(token)) open.pop();
      return token;
    }
    const end: number = rest.at(-3) + token.length;
    const after = line.slice(end, end + 100);
    const isKey = place !== "value" && open.at(-1) !== "[" &&
      (text !== undefined || place === "key" && format !== "json") &&
      SEPARATORS[format].test(after) &&
      (!isBroken || text !== undefined && /^\s*[:=]\s*["[{]/.test(after));
    if (isKey) {
      place = "separator";
      const isShown = KEY.test(content) && !isOpaque(content);
      key = isShown ? content : "secret";
      return isShown ? token : quote + hide(content) + close;
    }
    // Of a text that is not closed, the end is unknown.
    const isWhole = quote === close;
    const shown = isWhole && (place === "value" || key === "host")
      ? shownPart(key, content)
      : "";
    place = "after";
    return quote + shown + hide(content.slice(shown.length)) + close;
  });
}

type Groups = Readonly<Record<string, string | undefined>>;

/** Hides a text, but for the words of templates in it. Every character keeps its column. */
function hide(text: string): string {
  return text.replaceAll(
    /(\{\{.*?\}\})|\S/gs,
    (_, action?: string) =>
      action?.replaceAll(
        ACTION,
        (it, hidden) =>
          hidden || /^\w/.test(it) && !ACTION_WORD.test(it)
            ? it.replaceAll(/\S/g, "•")
            : it,
      ) ?? "•",
  );
}

/** The lines of `krakend check -d` without names and values of the configuration. */
const WORDS =
  /^\s*(?:Parsing configuration file: .*|Global settings|No \w+ section defined|\d+ [a-zA-Z ]+\(s\):|Connecting to \d+ backend\(s\):|Syntax OK!)$/;
/** `name: value`, `- component` or `[+] GET /path`; only KrakenD's own names have several words. */
const LISTED =
  /^(?<lead>\s*(?:- |\[\+\] )?(?:[A-Z]{3,7} (?=\/))?)(?:(?<path>\/\S*)|(?<component>[a-z-]+(?:\/[a-z-]+)+)|(?<name>[\w.-]{1,60}|(?:Default|Read|Write|Idle|Response|Expect|Dialer|Disable|Max|Sequential|Echo|Run|Allow|TLS|Client TLS|Consumer|Connection|Concurrent|Host|Headers|Query|SD|Is)(?: [a-zA-Z]+){1,4}): ?(?<value>.*))$/;

/**
 * Returns a listing by `krakend check -d` with its names, and of its values
 * those that can be shown.
 */
export function redactListing(text: string): string {
  return text.split("\n").map((line) => {
    if (WORDS.test(line)) return visible(line);
    const { lead = "", path, component, name, value = "" }: Groups =
      LISTED.exec(line.slice(0, LONGEST))?.groups ?? {};
    if (path !== undefined) return lead + redactValue("endpoint", path);
    if (component !== undefined) return line;
    if (name === undefined) return line.replaceAll(/\S+/g, "…");
    const key = /hosts?$/i.test(name) ? "host" : name.toLowerCase();
    const [, list] = /^\[(.*)\]$/.exec(value) ?? [];
    const shown = redactValue(key, list?.split(" ").filter(Boolean) ?? value);
    return `${lead}${name}: ${value && shown}`.trimEnd();
  }).join("\n");
}

/**
 * Returns a text of one line without characters that act on a terminal, or that
 * reorder or hide others: ␛ for ESC and so on. Columns stay, and so do tabs.
 */
export function visible(text: string): string {
  return text.replaceAll(
    /[^\P{C}\t]|[\p{Zl}\p{Zp}]/gu,
    (it) =>
      it < " "
        ? String.fromCharCode(0x2400 + it.charCodeAt(0))
        : "\ufffd".repeat(it.length),
  );
}
