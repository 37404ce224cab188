/**
 * Names and values that can be shown, in messages, differences and lines of
 * files. All others are hidden: a list of what may be secret has no end.
 *
 * @module
 */

/** KrakenD's names (krakend-schema): they are shown wherever they stand in a file, and so is a number or a duration below them. */
const NAMES = new Set(
  `$schema @comment alg allow allow_headers allow_methods allow_origins
  async_agent audience backend backoff_strategy buffer_size ca_certs cache
  cache_ttl capacity certificate check_expr cipher_key cipher_suites
  client_certs client_id client_max_rate client_secret client_tls
  concurrent_calls connection consumer content_type data debug_endpoint deny
  dialer_fallback_delay dialer_keep_alive dialer_timeout disable_access_log
  disable_gzip disable_health disable_host_sanitize disable_jwk_security
  disable_keep_alives disable_metrics disabled echo_endpoint enable_mtls
  enabled encoding endpoint endpoints every expect_continue_timeout exporters
  expose_headers extra_config flatmap_filter folder format group grpc header
  headers health_path host hosts id idle_connection_timeout idle_timeout
  input_headers input_query_strings interval is_collection issuer jwk_local_ca
  jwk_local_path jwk_url key key_identify_strategy keys keys_to_sign kid level
  listen_address listen_ip live mapping max_age max_errors max_header_bytes
  max_idle_connections max_idle_connections_per_host max_rate max_retries
  max_shutdown_wait_time max_size max_version method methods min_version
  modifier name options otlp output_encoding password path paths pattern
  period plugin policies port post pre prefix private_key prometheus
  public_key query_path rate read_header_timeout read_timeout reporting_period
  response_header_timeout roles roles_key router rules sample_rate schema
  scope scopes secret sequential service_name size skip_paths sources static
  stdout strategy success_status_code syslog target template timeout title tls
  token_url topic topic_url trusted_proxies ttl type url url_pattern user
  username users value version workers write_timeout`.match(/\S+/g),
);
const COMPONENT =
  /^(?:async|auth|backend|documentation|github[._]com|modifier|plugin|proxy|qos|router|security|telemetry|validation)(?:\/[a-z-]+){1,4}$/;
const SECRETIVE =
  /pass|pwd|pin\b|secret|token|key|cred|auth|salt|otp|cookie|licen[cs]e|private|cvv|^code$|^val(?:ue)?s?$/i;

/** Longer values are hidden before any pattern reads them, in UTF-16 code units. */
const LONGEST = 200;
/** Switches, methods, encodings and levels. */
const WORD =
  /^(?:true|false|null|GET|HEAD|POST|PUT|PATCH|DELETE|OPTIONS|json|safejson|fast-json|json-collection|xml|yaml|rss|string|no-op|DEBUG|INFO|WARNING|ERROR|CRITICAL)$/;
const AMOUNT =
  /^-?\d{1,9}(?:\.\d{1,9})?$|^(?:\d{1,9}(?:\.\d{1,9})?(?:[nuµm]?s|m|h)){1,4}$/;
const PATH = /^(?:\/(?:\{[\w.-]{1,60}\}|[\w.~*:-]*))+(?=$|\?)/;
/** A scheme with a host, without a path. With an "@", the end of a password is unknown. */
const HOST =
  /^[a-z][a-z\d+.-]{0,20}:\/\/(?:[\w.-]+|\[[\da-f:]+\])(?::\d{1,5})?(?=$|[/?#][^@]*$)/;

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
  if (text.length > LONGEST || isSecretive(key)) return "";
  if (WORD.test(text)) return text;
  const isPath = key === "endpoint" || key === "url_pattern";
  const pattern = isPath
    ? PATH
    : key === "host"
    ? HOST
    : NAMES.has(key)
    ? AMOUNT
    : undefined;
  const [part = ""] = pattern?.exec(text) ?? [];
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

/**
 * An action of a template; a text in quotes, closed or not; a word; or one
 * other character. An action in a text may have quotes, but nothing in them
 * that stands between two texts of a file.
 */
const TOKEN =
  /(?<action>\{\{.{0,1000}?\}\})|(?<quote>["'])(?<text>(?:\{\{(?:"[^"\\,:=]{0,100}"|[^"'{}]){0,1000}\}\}|\\.|(?!\k<quote>)[^\\])*)(?<close>\k<quote>?)|(?<word>[^\s"'{}[\],:=#|>]+)|./gsu;
/** The header of a table of TOML. */
const TABLE = /^\s*\[\[?[\w."/-]+\]\]?\s*$/;

/**
 * Returns a line of a file that may be broken, with its punctuation, KrakenD's
 * names and of their values those that can be shown. It may begin anywhere, as
 * in a text of several lines. Every character keeps its column.
 */
export function redactLine(line: string): string {
  if (TABLE.test(line)) {
    return line.replaceAll(/[\w/-]+/g, (it) => isName(it) ? it : hide(it));
  }
  /** The name that the next value belongs to. */
  let key = "";
  return line.replaceAll(TOKEN, (token, ...rest) => {
    const { action, quote = "", text, close = "", word }: Groups = rest.at(-1);
    if (action !== undefined) return hide(action);
    const content = text ?? word;
    if (!content || content === "-") return token;
    const end: number = rest.at(-3) + token.length;
    const separator = text === undefined ? /^\s*(?:=|:(?:\s|$))/ : /^\s*[:=]/;
    if (separator.test(line.slice(end, end + 100))) {
      key = isName(content) ? content : "";
      return key ? token : quote + hide(content) + close;
    }
    // Of a text that is not closed, the end is unknown.
    const shown = key && quote === close ? shownPart(key, content) : "";
    if (key !== "host") key = "";
    return quote + shown + hide(content.slice(shown.length)) + close;
  });
}

type Groups = Readonly<Record<string, string | undefined>>;

function isName(text: string): boolean {
  return NAMES.has(text) || COMPONENT.test(text);
}

/** Hides a text, but for the words of templates in it. */
function hide(text: string): string {
  return text.replaceAll(
    /(?<action>\{\{.{0,1000}?\}\})|\S/gs,
    (it, action) => action ? redactAction(it) : "•",
  );
}

/** A field or a variable of a template, or a word of their language. */
const ACTION_WORD =
  /^(?:-|\$?(?:\.[a-z_]\w*)+|\$\w*|\.|if|else|end|range|with|template|include|define|block|env|marshal|dict|list|default|eq|ne|not|and|or|len|index)$/i;

function redactAction(action: string): string {
  return action.replaceAll(
    /"(?:\\.|[^"\\])*"?|`[^`]*`?|[^\s{}()|,=:]+/gs,
    (it) => ACTION_WORD.test(it) ? it : it.replaceAll(/\S/g, "•"),
  );
}

/** A line of `krakend check -d`: KrakenD's own words, a component, a path, or `name: value`. */
const LISTED =
  /^(?<lead>\s*(?:- |\[\+\] )?(?:[A-Z]{3,7} (?=\/))?)(?:(?<words>Parsing configuration file: .*|Global settings|No \w+ section defined|(?:Connecting to )?\d+ [a-zA-Z ]+\(s\):|Syntax OK!|[a-z-]+(?:\/[a-z-]+)+|(?<=- )(?:proxy|router))|(?<path>\/\S*)|(?<!- )(?<name>[\w.-]{1,60}|[A-Z][a-zA-Z]*(?: [a-zA-Z]+){1,4}): ?(?<value>.*))$/;

/**
 * Returns a listing by `krakend check -d` with its names, and of its values
 * those that can be shown.
 */
export function redactListing(text: string): string {
  return text.split("\n").map((line) => {
    const { lead = "", words, path, name, value = "" }: Groups =
      LISTED.exec(line.slice(0, LONGEST))?.groups ?? {};
    if (words !== undefined) return visible(line);
    if (path !== undefined) return lead + redactValue("endpoint", path);
    if (name === undefined) return line.replaceAll(/\S+/g, "…");
    const key = name.toLowerCase().replace(/^default (?:backend )?/, "")
      .replace("hosts", "host").replaceAll(" ", "_");
    const [, list] = /^\[([^\]]*)\]$/.exec(value) ?? [];
    const shown = redactValue(key, list?.split(" ").filter(Boolean) ?? value);
    return `${lead}${redactName(name)}: ${value && shown}`.trimEnd();
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

// deno-lint-ignore no-control-regex -- colours begin with one
const COLORS = /\u001b\[[\d;]*m/g;

/** Returns a text without the colours that KrakenD gives it. */
export function withoutColors(text: string): string {
  return text.replaceAll(COLORS, "");
}

/** Returns a text of several lines as {@linkcode visible} does, and without colours. */
export function visibleLines(text: string): string {
  return withoutColors(text).split("\n").map(visible).join("\n");
}
