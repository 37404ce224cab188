/**
 * Whether a gateway can load its certificates and keys: `krakend check` does
 * not read them.
 *
 * @module
 */

import { resolve } from "@std/path/posix";
import { visible } from "../redact.ts";
import { isTrue, listOf, membersOf } from "./config.ts";

/** The paths of a certificate and its key, as written. */
interface Pair {
  readonly certificate: unknown;
  readonly key: unknown;
}

/** Content of a file: a block of PEM, or a fault, or neither if only Go may read it. */
interface Content {
  readonly block?: string;
  readonly fault?: string;
}

/** No certificate is larger, in bytes. */
const LARGEST_FILE = 4_000_000;

/**
 * Finds out whether a gateway certainly cannot serve with its certificates: a
 * file is missing or half written, or a key belongs to another certificate, as
 * it is for a moment when both are renewed. Files that only Go may read are no
 * fault. Never throws.
 *
 * @param config The configuration, parsed; of any shape.
 * @param cwd The gateway's working folder, absolute.
 * @returns One sentence, or undefined if nothing is certainly wrong.
 */
export async function findTlsFault(
  config: unknown,
  cwd: string,
): Promise<string | undefined> {
  const pairs = serverPairs(config);
  if (pairs?.length === 0) {
    return "tls names no certificate: add tls.public_key and tls.private_key, or tls.keys";
  }
  for (const pair of pairs ?? []) {
    const fault = await faultOf(pair, cwd);
    if (fault) return visible(fault);
  }
  return undefined;
}

/**
 * Finds certificates without which a gateway serves, but not as it was meant:
 * for backends, and of authorities. Never throws.
 *
 * @returns One sentence each.
 */
export async function tlsWarnings(
  config: unknown,
  cwd: string,
): Promise<string[]> {
  const root = membersOf(config);
  const client = membersOf(root["client_tls"]);
  const server = serverPairs(config) ? membersOf(root["tls"]) : {};
  const warnings: string[] = [];
  for (const pair of listOf(client["client_certs"]).map(membersOf)) {
    const { certificate, private_key: key } = pair;
    const fault = await faultOf({ certificate, key }, cwd);
    if (fault) {
      warnings.push(
        `${fault}: KrakenD goes on without it, and backends get no certificate`,
      );
    }
  }
  const authorities = [
    ...listOf(client["ca_certs"]),
    ...isTrue(server["enable_mtls"]) ? listOf(server["ca_certs"]) : [],
  ];
  for (const path of new Set(authorities)) {
    if (typeof path !== "string") continue;
    const { fault } = await readBlock(path, cwd, "certificate");
    if (fault) {
      warnings.push(
        `the authority ${path} ${fault}: KrakenD goes on without it`,
      );
    }
  }
  return warnings.map(visible);
}

/** Returns the pairs that are loaded at the start (lura, transport/http/server); undefined if TLS is off, or of a shape that lura may not take. */
function serverPairs(config: unknown): Pair[] | undefined {
  const value = membersOf(config)["tls"];
  const tls = membersOf(value);
  if (typeof value !== "object" || !value || isTrue(tls["disabled"])) {
    return undefined;
  }
  const pairOf = ({ public_key = "", private_key = "" }) => ({
    certificate: public_key,
    key: private_key,
  });
  const single = pairOf(tls);
  return [
    ...listOf(tls["keys"]).map(membersOf).map(pairOf),
    ...single.certificate || single.key ? [single] : [],
  ];
}

async function faultOf(
  { certificate, key }: Pair,
  cwd: string,
): Promise<string | undefined> {
  // KrakenD makes a name of a number.
  if (typeof certificate !== "string" || typeof key !== "string") {
    return undefined;
  }
  if (!certificate && !key) return "tls.keys names neither certificate nor key";
  if (!certificate) return `there is no certificate for the key ${key}`;
  if (!key) return `there is no key for the certificate ${certificate}`;
  const leaf = await readBlock(certificate, cwd, "certificate");
  if (leaf.fault) return `the certificate ${certificate} ${leaf.fault}`;
  const secret = await readBlock(key, cwd, "key");
  if (secret.fault) return `the key ${key} ${secret.fault}`;
  if (secret.block?.includes("ENCRYPTED")) {
    return `the key ${key} is encrypted, and KrakenD cannot ask for a password`;
  }
  if (!leaf.block || !secret.block) return undefined;
  // It takes 20 ms to load, so only who uses TLS waits.
  const { createPrivateKey, X509Certificate } = await import("node:crypto");
  try {
    return new X509Certificate(leaf.block)
        .checkPrivateKey(createPrivateKey(secret.block))
      ? undefined
      : `the key ${key} does not belong to the certificate ${certificate}`;
  } catch {
    return undefined;
  }
}

/** Reads the first whole block of a kind in a file. Others may stand before it. */
async function readBlock(
  path: string,
  cwd: string,
  kind: "certificate" | "key",
): Promise<Content> {
  const name = kind === "key" ? /^(?:[A-Z\d]+ )*PRIVATE KEY$/ : /^CERTIFICATE$/;
  try {
    const file = resolve(cwd, path);
    const { isDirectory, isFile, size } = await Deno.stat(file);
    if (isDirectory) return { fault: "is a folder" };
    // To read from a pipe takes from it.
    if (!isFile || size > LARGEST_FILE) return {};
    // For Go, a mark at the beginning belongs to the first line.
    const text = new TextDecoder("utf-8", { ignoreBOM: true })
      .decode(await Deno.readFile(file));
    const block = blockIn(text, name);
    return block
      ? { block }
      : { fault: `holds no whole ${kind} in PEM format` };
  } catch (error) {
    if (
      error instanceof Deno.errors.NotFound ||
      error instanceof Deno.errors.NotADirectory
    ) return { fault: "is missing" };
    return error instanceof Deno.errors.PermissionDenied
      ? { fault: "cannot be read (permission denied)" }
      : {};
  }
}

/** Returns the first whole block of PEM with such a name; Go takes the last beginning before an end (encoding/pem). */
function blockIn(text: string, name: RegExp): string | undefined {
  let lines: string[] = [];
  for (const line of text.split("\n").map((it) => it.trimEnd())) {
    if (line.startsWith("-----BEGIN ")) lines = [];
    lines.push(line);
    const [, end = ""] = /^-----END (.*)-----$/.exec(line) ?? [];
    if (name.test(end) && lines[0] === `-----BEGIN ${end}-----`) {
      return lines.join("\n") + "\n";
    }
  }
  return undefined;
}
