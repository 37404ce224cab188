/**
 * Whether certificates and keys are such that a gateway can start with them.
 *
 * @module
 */

import { createPrivateKey, X509Certificate } from "node:crypto";
import { resolve } from "@std/path";
import { asList, asRecord } from "./namespaces.ts";

/** A certificate and the key that must belong to it, as written. */
interface Pair {
  readonly certificate: string;
  readonly key: string;
  /** Whether a gateway cannot start if a file is missing; else it logs that and goes on. */
  readonly isVital: boolean;
}

/**
 * Finds out whether a gateway can certainly not serve with its certificates: a
 * file is missing or cut short, or a key does not belong to its certificate, as
 * it is for a moment when both are renewed one after the other. `krakend check`
 * says nothing about that.
 *
 * What our library does not understand and Go's may is no fault.
 *
 * @param config The configuration, parsed; of any shape.
 * @returns One sentence, or undefined if nothing is wrong for sure.
 */
export async function findTlsFault(
  config: unknown,
  { cwd }: { cwd: string },
): Promise<string | undefined> {
  for (const pair of pairsOf(config)) {
    const certificate = await readPem(resolve(cwd, pair.certificate));
    const key = await readPem(resolve(cwd, pair.key));
    const fault = certificate.fault
      ? `the certificate ${pair.certificate} ${certificate.fault}`
      : key.fault
      ? `the key ${pair.key} ${key.fault}`
      : undefined;
    if (fault !== undefined) {
      if (pair.isVital) return fault;
    } else if (!belongTogether(certificate.text, key.text)) {
      return `the key ${pair.key} does not belong to the certificate ${pair.certificate}`;
    }
  }
  return undefined;
}

/** The pairs of a configuration: those of the server are loaded at its start (lura, transport/http/server). */
function pairsOf(config: unknown): Pair[] {
  const root = asRecord(config);
  const tls = asRecord(root["tls"]);
  const server = tls["disabled"] === true
    ? []
    : [tls, ...asList(tls["keys"]).map(asRecord)]
      .flatMap((it) => pairOf(it["public_key"], it["private_key"], true));
  const client = asList(asRecord(root["client_tls"])["client_certs"])
    .map(asRecord)
    .flatMap((it) => pairOf(it["certificate"], it["private_key"], false));
  return [...server, ...client];
}

function pairOf(certificate: unknown, key: unknown, isVital: boolean): Pair[] {
  return typeof certificate === "string" && certificate &&
      typeof key === "string" && key
    ? [{ certificate, key, isVital }]
    : [];
}

/** A block of PEM, whole. */
const PEM_BLOCK = /-----BEGIN ([^\n]*?)-----[\s\S]*?-----END \1-----/;

async function readPem(path: string): Promise<{ text: string; fault: string }> {
  try {
    const text = await Deno.readTextFile(path);
    const fault = PEM_BLOCK.test(text)
      ? ""
      : text.includes("-----BEGIN ")
      ? "is cut short"
      : "is not in PEM format";
    return { text, fault };
  } catch (error) {
    const fault = error instanceof Deno.errors.NotFound
      ? "is missing"
      : error instanceof Deno.errors.PermissionDenied
      ? "cannot be read (permission denied)"
      : "cannot be read";
    return { text: "", fault };
  }
}

/** False only if it is certain. */
function belongTogether(certificate: string, key: string): boolean {
  try {
    return new X509Certificate(certificate)
      .checkPrivateKey(createPrivateKey(key));
  } catch {
    return true;
  }
}
