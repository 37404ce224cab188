import fc from "fast-check";
import { assert, assertEquals } from "@std/assert";
import { looksSecret, withoutKeys, withoutSecrets } from "../../lib/secrets.ts";

Deno.test("names look secret in any spelling", () => {
  const names = [
    "client_secret",
    "clientSecret",
    "CLIENT-SECRET",
    "X-Auth-Token",
    "apiKey",
    "APIKey",
    "api key",
    "aws_access_key_id",
    "Set-Cookie",
    "dsn",
    "SENTRY_DSN",
    "value",
    "license",
    "keys",
    "htpasswd",
    "jwtSecret",
    "header.Modifier",
    "headers",
  ];
  assertEquals(names.filter((name) => !looksSecret(name)), []);
});

Deno.test("the names of KrakenD's other settings do not, nor do those of components and files", () => {
  const names = [
    "endpoint",
    "timeout",
    "cache_ttl",
    "url_pattern",
    "host",
    "input_headers",
    "input_query_strings",
    "max_header_bytes",
    "read_header_timeout",
    "allow_headers",
    "concurrent_calls",
    "max_rate",
    "capacity",
    "strategy",
    "roles_key",
    "monitor",
    "signal",
    "pinned",
    "auth/validator",
    "telemetry/opencensus",
  ];
  assertEquals(names.filter(looksSecret), []);
});

Deno.test("whatever stands around a telling word, the name looks secret", () => {
  const word = fc.constantFrom(
    ...["password", "passwd", "passphrase", "pwd", "secret", "token", "auth"],
    ...["credential", "api_key", "api-key", "apikey", "private_key", "bearer"],
    ...["access-key", "shared_key", "encryptionkey", "authorization", "salt"],
    ...["cookie", "headers_of", "license", "cipher_key", "client_id"],
  );
  const around = fc.string({ unit: fc.constantFrom(..."abYZ01_-. ") });
  fc.assert(fc.property(around, word, around, (before, word, after) => {
    assert(looksSecret(`${before}${word}${after}`));
    assert(looksSecret(`${before}${word.toUpperCase()}${after}`));
  }));
});

/** Texts with a secret, as programs write them, and what is to be left of them. */
const TEXTS: readonly [string, string][] = [
  // lura, of a host.
  [
    "host http://u:p/w@h not valid: invalid host",
    "host http://***@h not valid: invalid host",
  ],
  ["host http://u:p w@h not valid", "host http://***@h not valid"],
  // Go's net/url.
  [
    'parse "http://u:p/w@h": invalid port ":p" after host',
    'parse "http://***@h": invalid port ":***" after host',
  ],
  ["redis://:pw@h:6379/0 is down", "redis://***@h:6379/0 is down"],
  ["mongodb+srv://u:p@h/x, gone", "mongodb+srv://***@h/x, gone"],
  ["me:pw@tcp(db:3306)/x refused", "***@tcp(db:3306)/x refused"],
  ["GET /x?a=1&token=pw failed", "GET /x?a=1&token=*** failed"],
  ["[BACKEND: /x?api%5Fkey=pw] bad", "[BACKEND: /x?api%5Fkey=***] bad"],
  [`/x?sv=${"0a".repeat(15)}`, "/x?sv=***"],
  // krakend check -ddd.
  ["\tcipher_key: pw\n\tlist: [a]", "\tcipher_key: ***\n\tlist: [a]"],
  ["\tx: map[a:b password:p w c:1] d", "\tx: map[a:b password:*** c:1] d"],
  ["x map[Authorization:[Bearer pw]]", "x map[Authorization:***"],
  ["got {User:me Password:pw Host:h}", "got {User:me Password:*** Host:h}"],
  // Logs.
  ['{"password":"p\\"w","msg":"x"}', '{"password":"***","msg":"x"}'],
  [
    '"{\\"password\\":\\"pw\\",\\"a\\":1}"',
    '"{\\"password\\":\\"***\\",\\"a\\":1}"',
  ],
  ["login with clientSecret=pw, twice", "login with clientSecret=***, twice"],
  ['no client_secret = "p w" here', 'no client_secret = "***" here'],
  ["sent X-Api-Key: p w", "sent X-Api-Key: ***"],
  ["refused: Authorization: Basic pw", "refused: Authorization: ***"],
  ["sent Bearer Zm9vYmFy, refused", "sent Bearer ***, refused"],
  ["sent `bearer pw`, refused", "sent `bearer ***`, refused"],
  ["not signed: eyJhbGciOiJIUzI1NiJ9.eyJhIjoxfQ.a-b", "not signed: ***"],
  ["no AKIAIOSFODNN7EXAMPLE here", "no *** here"],
  ["-----BEGIN RSA PRIVATE KEY-----\npw\n-----END KEY----- x", "*** x"],
  ["bad: -----BEGIN PRIVATE KEY-----\\npw", "bad: ***"],
  // mapstructure.
  [
    "'x' expected type 'int', got unconvertible type 'string', value: 'p's\nw'\n* 'y' is bad",
    "'x' expected type 'int', got unconvertible type 'string', value: ***\n* 'y' is bad",
  ],
  ["a value: 'p's' of y", "a value: *** of y"],
];

for (const [text, expected] of TEXTS) {
  Deno.test(`nothing secret is left of ${JSON.stringify(text)}`, () => {
    assertEquals(withoutSecrets(text), expected);
    assertEquals(withoutSecrets(expected), expected);
  });
}

/** What KrakenD and Go say that only sounds as if there were a secret. */
const HARMLESS = [
  "2026/11/24 16:20:53 KRAKEND DEBUG: [SERVICE: Gin] Debug enabled",
  "ERROR parsing the configuration file:\t'secrets.json': invalid character 's' looking for beginning of value",
  "loading flexible-config settings:\n- auth.json: unexpected end of JSON input",
  "KRAKEND ERROR: oauth2: cannot fetch token: 401 Unauthorized",
  "open /run/secrets/tls.key: permission denied",
  "tls: private key does not match public key",
  "listen tcp 127.0.0.1:8080: bind: address already in use",
  "dial tcp auth:8080: connect: connection refused",
  'Get "http://auth-service:8080/jwk": dial tcp: lookup auth-service on 127.0.0.11:53: no such host',
  "undefined output param 'x'! endpoint: GET /a/{token}, backend: 0. input: [token], output: [x]",
  "read /etc/krakend/auth.lua:12: syntax error near 'x'",
  "goroutine 1 [running]:",
  "basic auth failed, bearer token expected",
  "http://a:8080/@x and https://h/@scope/x?page=2",
  "at '/extra_config/auth/validator/token': got string, want integer",
  "token == nil",
];

for (const text of HARMLESS) {
  Deno.test(`nothing is taken from ${JSON.stringify(text)}`, () => {
    assertEquals(withoutSecrets(text), text);
  });
}

Deno.test("what looks like a key that was drawn is no value to show, what has a meaning is", () => {
  const keys = [
    "d41d8cd98f00b204e9800998ecf8427e",
    "550e8400-e29b-41d4-a716-446655440000",
  ];
  for (const key of keys) {
    assertEquals(withoutKeys(`/v1/${key}/x`), "/v1/***/x");
  }
  const others = ["/v2/{tenant_identifier}/orders", "http://api-7:8080", "2s"];
  for (const text of others) assertEquals(withoutKeys(text), text);
});
