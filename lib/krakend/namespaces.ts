/**
 * The names under which components find their settings in an `extra_config`.
 *
 * @module
 */

/** The old names of namespaces, which KrakenD still takes (krakend-ce). */
const OLD_NAMES: Readonly<Record<string, readonly string[]>> = {
  "router": [
    "github.com/luraproject/lura/router/gin",
    "github.com/devopsfaith/krakend/router/gin",
  ],
  "auth/validator": ["github.com/devopsfaith/krakend-jose/validator"],
  "auth/signer": ["github.com/devopsfaith/krakend-jose/signer"],
  "modifier/lua-endpoint": ["github.com/devopsfaith/krakend-lua/router"],
  "modifier/lua-proxy": ["github.com/devopsfaith/krakend-lua/proxy"],
  "modifier/lua-backend": ["github.com/devopsfaith/krakend-lua/proxy/backend"],
  "telemetry/metrics": ["github.com/devopsfaith/krakend-metrics"],
  "telemetry/opencensus": ["github.com/devopsfaith/krakend-opencensus"],
};

/** All names of a namespace. The old ones may have an underscore for the dot. */
function namesOf(namespace: string): string[] {
  const old = OLD_NAMES[namespace] ?? [];
  return [
    namespace,
    ...old,
    ...old.map((name) => name.replace("github.com", "github_com")),
  ];
}

/** The settings of a namespace, under whichever of its names; none if they are of another kind. */
export function settingsOf(extraConfig: unknown, namespace: string): Settings {
  return settingsIn(valueOf(extraConfig, namespace));
}

/** What stands under a namespace, under whichever of its names; undefined if nothing does. */
export function valueOf(extraConfig: unknown, namespace: string): unknown {
  const all = asRecord(extraConfig);
  return namesOf(namespace).map((name) => all[name])
    .find((value) => value !== undefined);
}

/** Settings by their names. */
export type Settings = Readonly<Record<string, unknown>>;

/** A value as settings; none if it is no object. */
export function asRecord(value: unknown): Settings {
  return isRecord(value) ? value : {};
}

/**
 * Settings by their names in small letters: KrakenD takes those of its own, and
 * most components theirs, in any case (mapstructure, encoding/json). A name
 * that is written in small letters wins.
 */
function anyCase(settings: Settings): Settings {
  const entries = Object.entries(settings);
  return {
    ...Object.fromEntries(
      entries.map(([name, it]) => [name.toLowerCase(), it]),
    ),
    ...Object.fromEntries(
      entries.filter(([name]) => name === name.toLowerCase()),
    ),
  };
}

/** A value as settings, by their names in small letters; none if it is no object. */
export function settingsIn(value: unknown): Settings {
  return anyCase(asRecord(value));
}

/** Whether a value has settings. */
export function isRecord(value: unknown): value is Settings {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** A value as a list; an empty one if it is none. */
export function asList(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}
