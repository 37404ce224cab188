/**
 * Configurations that serve a version, and others that cannot serve.
 *
 * @module
 */

import type { Version } from "./model.ts";

/** What all configurations of a life have in common. */
export interface ConfigOptions {
  readonly hostname: string;
  /** The URL of the backend. */
  readonly backend: string;
  /** Whether a few of them fill a little room. */
  readonly isLong: boolean;
}

/** Returns the text of a configuration that serves a version. */
export function versionText(version: Version, options: ConfigOptions): string {
  return textOf(configOf(version, options));
}

/** Returns configurations that cannot serve: why, and their text. */
export function uselessTexts(
  port: number,
  options: ConfigOptions,
): readonly (readonly [why: string, text: string])[] {
  const config = configOf({ number: 0, port }, options);
  const text = textOf(config);
  const tls = { public_key: "missing.pem", private_key: "missing.pem" };
  const endpoints = ["/a/{x}/b", "/a/{y}/c"]
    .map((it) => endpointOf(it, options));
  return [
    ["an empty file", ""],
    ["half a file", `${text.slice(0, text.length / 2)}\t{"`],
    ["no object", '["a"]'],
    ["another version of KrakenD", textOf({ ...config, version: 2 })],
    ["a port that is none", textOf({ ...config, port: "many" })],
    // These two pass the check.
    ["routes that conflict", textOf({ ...config, endpoints })],
    ["certificates that are missing", textOf({ ...config, tls })],
  ];
}

function configOf({ number, port }: Version, options: ConfigOptions) {
  return {
    version: 3,
    name: options.isLong ? "a".repeat(12_000) : "soak",
    listen_ip: options.hostname,
    port,
    timeout: "3s",
    endpoints: [endpointOf(`/version/${number}`, options)],
  };
}

function endpointOf(endpoint: string, { backend }: ConfigOptions) {
  return { endpoint, backend: [{ host: [backend], url_pattern: "/any" }] };
}

function textOf(config: object): string {
  return `${JSON.stringify(config, undefined, 2)}\n`;
}
