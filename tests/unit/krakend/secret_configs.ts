/**
 * Configurations with a secret in every place where KrakenD has one.
 *
 * @module
 */

import fc from "fast-check";

/** What every secret of these configurations holds, and nothing else does. */
export const MARKER = "mArKer";

const secret = fc.string({
  unit: fc.constantFrom(..."ab9_-. "),
  maxLength: 6,
}).map((text) => `${MARKER}${text.trim()}`);

const word = secret.map((text) => text.replaceAll(/[ .]/g, "-"));

/** URLs that hold one. */
const url = fc.oneof(
  word.map((it) => `https://user:${it}@b`),
  word.map((it) => `https://${it}@b:8080/x`),
  word.map((it) => `redis://:${it}@db:6379/0`),
  word.map((it) => `user:${it}@tcp(db:3306)/x`),
  word.map((it) => `/x?page=1&token=${it}`),
  word.map((it) => `https://b/x?api_key=${it}&page=1`),
  word.map((it) => `https://user:${it}/${it}@b`),
);

const headerValue = fc.oneof(
  secret,
  secret.map((it) => `Bearer ${it}`),
  secret.map((it) => `Basic ${it}`),
  secret.map((it) => `session=${it}; path=/`),
);

const headers = fc.dictionary(
  fc.constantFrom("Authorization", "X-Any", "Cookie"),
  fc.oneof(headerValue, fc.array(headerValue, { minLength: 1, maxLength: 2 })),
);

/** A setting whose name says that it is a secret. */
const named = fc.tuple(
  fc.constantFrom(
    ...["client_secret", "clientSecret", "password", "X-Auth-Token", "dsn"],
    ...["aws_access_key_id", "aws_secret_access_key", "license", "apiKey"],
    ...["connection_string", "webhook_url", "cookie", "my token", "keys"],
  ),
  fc.oneof(
    secret,
    fc.array(secret, { minLength: 1, maxLength: 3 }),
    fc.dictionary(fc.constantFrom("a", "b"), secret),
  ),
).map(([name, value]) => ({ [name]: value }));

const open = fc.record({
  "qos/ratelimit/router": fc.record({ max_rate: fc.nat(9) }),
}, { requiredKeys: [] });

const components = fc.record({
  "auth/signer": fc.record({
    alg: fc.constantFrom("RS256", "HS256"),
    jwk_url: word.map((it) => `https://u:${it}@b/jwk`),
    cipher_key: secret,
    keys: fc.array(secret, { maxLength: 2 }),
  }, { requiredKeys: [] }),
  "auth/basic": fc.record({
    users: fc.dictionary(fc.constantFrom("ann", "bob"), secret),
  }),
  "auth/api-keys": fc.record({
    keys: fc.array(
      fc.record({ key: secret, roles: fc.constant(["user"]) }),
      { maxLength: 2 },
    ),
  }),
  "modifier/martian": fc.record({
    "header.Modifier": fc.record({
      scope: fc.constant(["request"]),
      name: fc.constant("Authorization"),
      value: headerValue,
    }),
  }),
  "plugin/any": fc.record({ headers, redis: url }, { requiredKeys: [] }),
  "modifier/lua-endpoint": secret.map((it) => ({ pre: `local a = "${it}"` })),
}, { requiredKeys: [] });

const extra_config = fc.tuple(open, components, named)
  .map((parts) => Object.assign({}, ...parts));

const backend = fc.record({
  host: fc.array(url, { minLength: 1, maxLength: 2 }),
  url_pattern: word.map((it) => `/b?token=${it}`),
  extra_config,
}, { requiredKeys: [] });

/** Any of them. */
export const anySecretConfig = fc.record({
  port: fc.nat(9),
  dns_cache_ttl: fc.constantFrom("1s", "2s"),
  host: fc.array(url, { maxLength: 2 }),
  extra_config,
  endpoints: fc.uniqueArray(
    fc.record({
      endpoint: fc.constantFrom("/a", "/b", "/c"),
      input_headers: fc.constant(["X-Trace"]),
      timeout: fc.constantFrom("1s", "2s"),
      backend: fc.array(backend, { maxLength: 3 }),
      extra_config,
    }),
    { maxLength: 3, selector: ({ endpoint }) => endpoint },
  ),
}, { requiredKeys: [] });

/** Any of them, without what only KrakenD can tell from other text in a broken file: programs. */
export const anySecretSettings = anySecretConfig.map((config) =>
  JSON.parse(JSON.stringify(config, (key, value) => key === "pre" ? 1 : value))
);
