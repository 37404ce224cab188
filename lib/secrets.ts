/**
 * What looks like a secret, by its name or by itself, and texts without it.
 *
 * @module
 */

/** Parts of names, without separators and in small letters, that stand for a secret wherever they are. Rather one too many than one too few. */
const TELLING =
  /pass|pwd|secret|token|credential|cookie|bearer|auth|apikey|(?:private|access|shared|encryption|cipher|account)key|clientid|connectionstring|header|licen[cs]e|salt|signature|webhook|jwt/;
/** Whole words of names that do. */
const WORD =
  /^(?:jose|hmac|otp|pin|psk|pw|sas|sig|dsn|private|[\p{L}\d]*keys?)$/u;
/** Stands beside the name of a header or of a parameter. */
const VALUE = /^values?$/i;
/** Settings of KrakenD that hold names of headers or claims, sizes or times, and nothing else. */
const HARMLESS =
  /^(?:(?:input|allow|allowed|expose|exposed)_headers|(?:read|response)_header_timeout|max_header_bytes|(?:roles|scopes)_key(?:_is_nested)?|key_identify_strategy|keys_to_sign)$/;

/**
 * Whether a name looks as if its value were a secret, in any spelling:
 * `client_secret`, `apiKey`, `X-Auth-Token`. One with a slash, such as
 * `auth/validator`, is the name of a component or of a file.
 */
export function looksSecret(name: string): boolean {
  if (name.includes("/") || HARMLESS.test(name)) return false;
  if (VALUE.test(name)) return true;
  const words = name.replaceAll(/(?<=[a-z\d])(?=[A-Z])/g, " ").toLowerCase()
    .split(/[^\p{L}\d]+/u);
  return TELLING.test(words.join("")) || words.some((it) => WORD.test(it));
}

/**
 * Finds secrets: the group `secret` is one, the group `lead` is what it stands
 * behind. What repeats has a most, so that no text takes long.
 */
type Rule = RegExp;

/** What shows by itself that it is a secret. */
const RULES_OF_FORM: readonly Rule[] = [
  // PEM, cut short or not.
  /(?<lead>)(?<secret>-----BEGIN\b[\s\S]*?(?:-----END[^\n-]{0,60}-----|$))/g,
  // JWT, and keys of AWS, GitHub, GitLab, Slack, Stripe and Google.
  /(?<lead>(?<![\w-]))(?<secret>eyJ[\w-]{8,}(?:\.[\w-]*){0,4}|(?:AKIA|ASIA)[A-Z\d]{16}|gh[a-z]_\w{20,}|github_pat_\w{20,}|glpat-[\w-]{20,}|xox[a-z]-[\w-]{10,}|[sr]k_(?:live|test)_\w{10,}|AIza[\w-]{30,})/g,
  // The values of headers: what is quoted, and what is no word of a sentence.
  /(?<lead>["'`[:=]\s?(?:bearer|basic|digest)\s{1,4})(?<secret>[^\s"'`\],]+)/gi,
  /(?<lead>\b(?:[Bb]earer|BEARER|[Bb]asic|BASIC)\s{1,4})(?<secret>(?=\S{0,500}(?:\d|[a-z][A-Z]|[=+/_~]))[\w.~+/=-]{4,})/g,
  // What mapstructure says of a value of the wrong type, up to its next complaint.
  /(?<lead>\bunconvertible type '[^'\n]*', value: )(?<secret>'[\s\S]*?'(?=\s*(?:$|\n\s*[*']))|'[\s\S]*)/g,
  /(?<lead>\bvalue: )(?<secret>'(?:[^\n]*'|[^\n]*))/g,
];

/** Users and passwords in URLs and their like. */
const RULES_OF_URLS: readonly Rule[] = [
  /(?<lead>\/\/)(?<secret>[^\s/"]{0,500})(?=@)/g,
  // No URL, as nobody has escaped the password. Behind the colon may be a port, too.
  /(?<lead>\/\/)(?<secret>[^\s/?#"@:]{0,100}:(?!\/|\d{1,5}(?:[/?#\s'\])},;]|$))[^\n"]{0,200})(?=@)/g,
  // Without a scheme, as for MySQL.
  /(?<lead>^|[\s"'`(,;:=[{])(?<secret>[^\s"'`@:/(,;=[{]{1,100}:(?!\/\/|\d{1,5}(?:[/?#]|$))[^\s"]{1,200})(?=@)/g,
  // Go takes a part of such a password for a port.
  /(?<lead>invalid port ":?)(?<secret>[^"\n]+)/g,
  // Long values are signatures, whatever their names.
  /(?<lead>[?&][^\s=&?#"]{1,100}=)(?<secret>[^\s&#"'<>]{25,})/g,
];

/** A name and what separates it from its value, and a value. Whether that is a secret, the name decides. */
interface NamedRule {
  readonly lead: RegExp;
  readonly value: RegExp;
}

const NAMED_RULES: readonly NamedRule[] = [
  // name=value, in queries and elsewhere.
  {
    lead:
      /(?<![\p{L}\d_.%-])(?<name>[\p{L}\d_.%[\]-]{1,100})\s?=(?![=>])\s?["']?/gu,
    value:
      /(?<=")(?:[^"\\\n]|\\.)+|(?<=')[^'\n]+|[^\s&;#"']*[^\s&;#"'\])}>,.:]/y,
  },
  // JSON, in the middle of other text too.
  {
    lead:
      /\\?["'](?<name>[^"'\\\n]{1,100})\\?["']\s{0,2}[:=]\s{0,2}(?:\\?["'])?/g,
    value:
      /(?<=\\")(?:(?!\\")[^\n])+|(?<=")(?:[^"\\\n]|\\.)+|(?<=')[^'\n]+|(?<!["'])(?:[[{].+|-?\d[\d.eE+-]*)/y,
  },
  // Go's %v of maps and structures; behind the name of a host there may be a port.
  {
    lead: /(?<=[\s[{(,])(?<name>[\p{L}_][\p{L}\d_.-]{0,100}):/gu,
    value:
      /(?!\/\/|\d{1,5}(?:[:/,;]|\s(?![\p{L}_][\p{L}\d_.-]{0,100}:)|$))(?:(?:map)?\[.*|[^\s\]}]+(?:\s(?![\p{L}\d_.-]{1,100}:)[^\s\]}]+)*)/yu,
  },
  // A line of a listing; what has a dot is the name of a file.
  { lead: /^[\t ]*(?<name>[\p{L}\d_-]{1,100}): +/gmu, value: /\S.*/y },
  // A header or a setting in a sentence. Words that end many a sentence of Go's are not among them.
  {
    lead:
      /(?<![\p{L}\d_./-])(?<name>(?:[Xx]|[A-Z][a-z\d]+)(?:-[\p{L}\d]+)+|[\p{L}\d]+(?:_[\p{L}\d]+)+|[a-z\d]+(?:[A-Z][a-z\d]+)+|[Aa]pi-?[Kk]ey|[Aa]uthorization|[Cc]ookie|[Pp]ass(?:word|wd|phrase)|pwd): +/gu,
    value: /\S[^\n"]*/y,
  },
];

/** The same text with `***` for all that looks like a secret. */
export function withoutSecrets(text: string): string {
  return hideSecrets(text, () => "***");
}

/** The same text with what `hide` makes of each secret. */
export function hideSecrets(
  text: string,
  hide: (secret: string) => string,
): string {
  const plain = [...RULES_OF_FORM, ...RULES_OF_URLS].reduce(
    (text, rule) =>
      text.replaceAll(rule, (...match) => {
        const { lead = "", secret = "" }: Groups = match.at(-1);
        return lead + hide(secret);
      }),
    text,
  );
  return NAMED_RULES.reduce(
    (text, rule) => hideNamed(text, rule, hide),
    plain,
  );
}

type Groups = Readonly<Record<string, string | undefined>>;

function hideNamed(
  text: string,
  { lead, value }: NamedRule,
  hide: (secret: string) => string,
): string {
  let shown = "";
  let done = 0;
  for (const { 0: { length }, index, groups } of text.matchAll(lead)) {
    const start = index + length;
    // What is hidden already may hold what looks like a name.
    if (index < done || !looksSecret(decoded(groups?.["name"] ?? ""))) continue;
    value.lastIndex = start;
    const [secret] = value.exec(text) ?? [];
    if (secret === undefined) continue;
    shown += text.slice(done, start) + hide(secret);
    done = start + secret.length;
  }
  return shown + text.slice(done);
}

/** Names in queries may be written with escapes. */
function decoded(name: string): string {
  try {
    return decodeURIComponent(name);
  } catch {
    return name;
  }
}

/** Letters and digits without a meaning, and UUIDs: keys, as far as anyone can tell. */
const RANDOM =
  /(?<![A-Za-z\d_+=])(?=[A-Za-z_+=]*\d)(?=[\d_+=]*[A-Za-z])[A-Za-z\d_+=]{20,}|[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}/gi;

/** The same value of a setting with `***` for all that may be a secret, even what only looks like a key that somebody has drawn. */
export function withoutKeys(value: string): string {
  return withoutSecrets(value).replaceAll(RANDOM, "***");
}
