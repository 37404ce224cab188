/**
 * Whether certificates and keys are such that a gateway can start with them.
 *
 * @module
 */

import { createPrivateKey, X509Certificate } from "node:crypto";
import { resolve } from "@std/path";
import { asList, isRecord, type Settings, settingsIn } from "./namespaces.ts";
import { parsePem, type PemBlock } from "./pem.ts";

/** Where the files of a configuration are. */
export interface TlsOptions {
  /** The gateway's working folder. */
  readonly cwd: string;
}

/** Options for {@linkcode tlsWarnings}. */
export interface TlsWarningOptions extends TlsOptions {
  readonly now: Date;
}

/** A certificate and the key that must belong to it, as written. */
interface Pair {
  readonly certificate: unknown;
  readonly key: unknown;
}

/** What a file holds; a fault if that is nothing to start with, neither if nobody knows. */
interface Content {
  readonly block?: PemBlock;
  readonly fault?: string;
}

/** No certificate is larger, in bytes. */
const LARGEST_FILE = 4_000_000;

/**
 * Finds out whether a gateway can certainly not serve with its certificates: a
 * file is missing or cut short, or a key does not belong to its certificate, as
 * it is for a moment when both are renewed one after the other. `krakend check`
 * says nothing about that, and `krakend run` logs it and exits.
 *
 * What our library does not understand and Go's may is no fault. Neither are
 * certificates for backends: without them a gateway starts, see
 * {@linkcode tlsWarnings}. Never throws.
 *
 * @param config The configuration, parsed; of any shape.
 * @returns One sentence, or undefined if nothing is wrong for sure.
 */
export async function findTlsFault(
  config: unknown,
  options: TlsOptions,
): Promise<string | undefined> {
  const pairs = serverPairs(config);
  if (pairs?.length === 0) {
    return "tls names no certificate: add tls.public_key and tls.private_key, or tls.keys";
  }
  for (const pair of pairs ?? []) {
    const fault = await faultOf(pair, options);
    if (fault !== undefined) return fault;
  }
  return undefined;
}

/**
 * What is wrong with certificates and does not keep a gateway from starting:
 * one for clients has expired, or one for backends cannot be used. Never throws.
 *
 * @param config The configuration, parsed; of any shape.
 * @returns One sentence each.
 */
export async function tlsWarnings(
  config: unknown,
  { cwd, now }: TlsWarningOptions,
): Promise<string[]> {
  const warnings = new Set<string>();
  for (const pair of [...serverPairs(config) ?? [], ...clientPairs(config)]) {
    if (typeof pair.certificate !== "string") continue;
    const end = await endOf(resolve(cwd, pair.certificate));
    if (end === undefined || end >= now.getTime()) continue;
    const day = new Date(end).toISOString().slice(0, 10);
    warnings.add(`the certificate ${pair.certificate} expired on ${day}`);
  }
  for (const pair of clientPairs(config)) {
    const fault = await faultOf(pair, { cwd });
    if (fault) warnings.add(`${fault}, so backends get no certificate`);
  }
  return [...warnings];
}

/** The pairs that are loaded at the start (lura, transport/http/server); undefined if that cannot be told. */
function serverPairs(config: unknown): Pair[] | undefined {
  const root = settingsIn(config);
  if (!isRecord(root["tls"])) return undefined;
  const tls = settingsIn(root["tls"]);
  const keys = tls["keys"] ?? [];
  // KrakenD takes "true" and 1, too.
  if ((tls["disabled"] ?? false) !== false || !Array.isArray(keys)) {
    return undefined;
  }
  const pairOf = (it: Settings) => ({
    certificate: it["public_key"] ?? "",
    key: it["private_key"] ?? "",
  });
  const single = pairOf(tls);
  const isSet = single.certificate !== "" || single.key !== "";
  return [
    ...isSet ? [single] : [],
    ...keys.map((it) => pairOf(settingsIn(it))),
  ];
}

/** The pairs that are shown to backends; one that cannot be loaded is logged and left out. */
function clientPairs(config: unknown): Pair[] {
  return asList(settingsIn(settingsIn(config)["client_tls"])["client_certs"])
    .map(settingsIn)
    .map((it) => ({ certificate: it["certificate"], key: it["private_key"] }));
}

async function faultOf(
  pair: Pair,
  { cwd }: TlsOptions,
): Promise<string | undefined> {
  const { certificate, key } = pair;
  // KrakenD makes a name of a number.
  if (typeof certificate !== "string" || typeof key !== "string") {
    return undefined;
  }
  if (!certificate && !key) return "tls.keys names neither certificate nor key";
  if (!certificate) return `there is no certificate for the key ${key}`;
  if (!key) return `there is no key for the certificate ${certificate}`;
  const leaf = await readBlock(resolve(cwd, certificate), isCertificate);
  if (leaf.fault) return `the certificate ${certificate} ${leaf.fault}`;
  const secret = await readBlock(resolve(cwd, key), isKey);
  if (secret.fault) return `the key ${key} ${secret.fault}`;
  if (secret.block?.isEncrypted) {
    return `the key ${key} is encrypted, and KrakenD cannot ask for a password`;
  }
  return areStrangers(leaf.block, secret.block)
    ? `the key ${key} does not belong to the certificate ${certificate}`
    : undefined;
}

function isCertificate({ type }: PemBlock): boolean {
  return type === "CERTIFICATE";
}

function isKey({ type }: PemBlock): boolean {
  return type === "PRIVATE KEY" || type.endsWith(" PRIVATE KEY");
}

/** The block of a file that counts: the first of its kind, and other kinds may stand before it. */
async function readBlock(
  path: string,
  isWanted: (block: PemBlock) => boolean,
): Promise<Content> {
  try {
    const info = await Deno.stat(path);
    if (info.isDirectory) return { fault: "is a folder" };
    // To read from a pipe takes from it.
    if (!info.isFile || info.size > LARGEST_FILE) return {};
    // For Go, a mark at the beginning belongs to the first line.
    const decoder = new TextDecoder("utf-8", { ignoreBOM: true });
    const text = decoder.decode(await Deno.readFile(path));
    if (!text.trim()) return { fault: "is empty" };
    const { blocks, isCut } = parsePem(text);
    // Go starts with a chain whose end is missing. It is half written all the same.
    if (isCut) return { fault: "is cut short" };
    const block = blocks.find(isWanted);
    if (block) return { block };
    const fault = blocks.length === 0
      ? "is not in PEM format"
      : blocks.some(isKey)
      ? "holds a key and no certificate"
      : blocks.some(isCertificate)
      ? "holds a certificate and no key"
      : "holds something else";
    return { fault };
  } catch (error) {
    return faultOfReading(error);
  }
}

function faultOfReading(error: unknown): Content {
  const isMissing = error instanceof Deno.errors.NotFound ||
    error instanceof Deno.errors.NotADirectory;
  if (isMissing) return { fault: "is missing" };
  return error instanceof Deno.errors.PermissionDenied
    ? { fault: "cannot be read (permission denied)" }
    : {};
}

/** Whether a key certainly belongs to another certificate. */
function areStrangers(certificate?: PemBlock, key?: PemBlock): boolean {
  if (!certificate || !key) return false;
  try {
    return !new X509Certificate(certificate.text)
      .checkPrivateKey(createPrivateKey(key.text));
  } catch {
    return false;
  }
}

/** When a certificate expires, in milliseconds since 1970; undefined if it cannot be read. */
async function endOf(path: string): Promise<number | undefined> {
  const { block } = await readBlock(path, isCertificate);
  try {
    return block && new X509Certificate(block.text).validToDate.getTime();
  } catch {
    return undefined;
  }
}
