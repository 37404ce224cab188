/**
 * Whether a gateway can load its certificates and keys: `krakend check` does
 * not read them.
 *
 * @module
 */

import { resolve } from "@std/path/posix";
import { canLoadNode } from "../proc.ts";
import { visible } from "../redact.ts";
import { isTrue, listOf, membersOf } from "./config.ts";

/** No certificate is larger, in bytes. */
const LARGEST_FILE = 4_000_000;
/** A whole block of PEM, as Go reads it (encoding/pem): others may stand before it. */
const BLOCKS = {
  certificate:
    /^-----BEGIN CERTIFICATE-----\s*$(?:(?!-----)[^])*^-----END CERTIFICATE-----\s*$/m,
  key:
    /^-----BEGIN (?<name>(?:[A-Z\d]+ )*PRIVATE KEY)-----\s*$(?:(?!-----)[^])*^-----END \k<name>-----\s*$/m,
};

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
  const value = membersOf(config)["tls"];
  const tls = membersOf(value);
  const { disabled } = tls;
  // Of a shape that lura does not take, KrakenD says so itself.
  const isOdd = typeof value !== "object" || !value || Array.isArray(value) ||
    typeof disabled === "string" && disabled !== "false";
  if (isOdd || isTrue(disabled)) return undefined;
  const { keys, public_key, private_key } = tls;
  const pairs = listOf(keys).map(membersOf);
  if (public_key || private_key) pairs.push({ public_key, private_key });
  if (pairs.length === 0) {
    return "tls names no certificate: add tls.public_key and tls.private_key, or tls.keys";
  }
  for (const { public_key = "", private_key = "" } of pairs) {
    const fault = await pairFault(public_key, private_key, cwd);
    if (fault) return visible(fault);
  }
  return undefined;
}

/** Finds out what is wrong with a certificate and its key. The paths are as written. */
async function pairFault(
  certificate: unknown,
  key: unknown,
  cwd: string,
): Promise<string | undefined> {
  if (!certificate && !key) return "tls.keys names neither certificate nor key";
  if (!certificate) return `there is no certificate for the key ${key}`;
  if (!key) return `there is no key for the certificate ${certificate}`;
  const leaf = await readBlock("certificate", certificate, cwd);
  const secret = await readBlock("key", key, cwd);
  const fault = leaf.fault ?? secret.fault;
  if (fault) return fault;
  if (secret.block?.includes("ENCRYPTED")) {
    return `the key ${key} is encrypted, and KrakenD cannot ask for a password`;
  }
  if (!leaf.block || !secret.block || !canLoadNode()) return undefined;
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

/** Reads the first whole block of a kind in a file. Neither block nor fault: only Go may read it. */
async function readBlock(
  kind: keyof typeof BLOCKS,
  path: unknown,
  cwd: string,
): Promise<{ readonly block?: string; readonly fault?: string }> {
  // KrakenD makes a name of a number.
  if (typeof path !== "string") return {};
  const fault = (what: string) => ({ fault: `the ${kind} ${path} ${what}` });
  try {
    const file = resolve(cwd, path);
    const { isDirectory, isFile, size } = await Deno.stat(file);
    if (isDirectory) return fault("is a folder");
    // To read from a pipe takes from it.
    if (!isFile || size > LARGEST_FILE) return {};
    // For Go, a mark at the beginning belongs to the first line.
    const text = new TextDecoder("utf-8", { ignoreBOM: true })
      .decode(await Deno.readFile(file));
    const [block] = BLOCKS[kind].exec(text) ?? [];
    return block ? { block } : fault(`holds no whole ${kind} in PEM format`);
  } catch (error) {
    const { NotADirectory, NotFound, PermissionDenied } = Deno.errors;
    if (error instanceof NotFound || error instanceof NotADirectory) {
      return fault("is missing");
    }
    return error instanceof PermissionDenied
      ? fault("cannot be read (permission denied)")
      : {};
  }
}
