import { assertEquals } from "@std/assert";
import { join } from "@std/path/posix";
import { generateKeyPairSync } from "node:crypto";
import { findTlsFault } from "../../../lib/krakend/tls.ts";
import { OTHER_PAIR, PAIR } from "../../helpers/certificates.ts";

const { certificate, key } = PAIR;
const ED25519 = generateKeyPairSync("ed25519").privateKey
  .export({ type: "pkcs8", format: "pem" });
const BOTH = `Bag Attributes\n${key}subject=CN\n${certificate}`
  .replaceAll("\n", "\r\n");
const ENCRYPTED = "-----BEGIN PRIVATE KEY-----\nProc-Type: 4,ENCRYPTED\n\n";

function block(type: string): string {
  return `-----BEGIN ${type}-----\nAAAA\n-----END ${type}-----\n`;
}

const MISMATCH = "the key tls.key does not belong to the certificate tls.pem";
const NO_KEY = "the key tls.key holds no whole key in PEM format";
const NO_CERTIFICATE =
  "the certificate tls.pem holds no whole certificate in PEM format";
const PROTECTED =
  "the key tls.key is encrypted, and KrakenD cannot ask for a password";

/** Contents of tls.pem and tls.key, and the fault of a gateway that names them. */
const CONTENTS: Readonly<
  Record<string, readonly [pem: string, key: string, fault?: string]>
> = {
  "a certificate with its key": [certificate, key],
  "a chain of certificates": [certificate + OTHER_PAIR.certificate, key],
  "one file with both, Windows' ends of lines and words in between": [
    BOTH,
    BOTH,
  ],
  "the certificate of another key": [OTHER_PAIR.certificate, key, MISMATCH],
  "the key of another certificate": [certificate, OTHER_PAIR.key, MISMATCH],
  "a key of another kind": [certificate, `${ED25519}`, MISMATCH],
  "the first line of a key": [certificate, key.slice(0, 28), NO_KEY],
  "a key without its last characters": [certificate, key.slice(0, -4), NO_KEY],
  "half a certificate": [certificate.slice(0, 100), key, NO_CERTIFICATE],
  "an empty certificate": ["\n", key, NO_CERTIFICATE],
  "a key as a certificate": [key, key, NO_CERTIFICATE],
  "a certificate as a key": [certificate, certificate, NO_KEY],
  "a byte order mark before a key": [certificate, "\ufeff" + key, NO_KEY],
  "a key with a password, in the old way": [
    certificate,
    key.replace("-----BEGIN PRIVATE KEY-----\n", ENCRYPTED),
    PROTECTED,
  ],
  "a key with a password": [
    certificate,
    key.replaceAll("PRIVATE KEY", "ENCRYPTED PRIVATE KEY"),
    PROTECTED,
  ],
  "a key that only Go may understand": [certificate, block("NEW PRIVATE KEY")],
  "a certificate that only Go may understand": [block("CERTIFICATE"), key],
};

for (const [name, [pem, secret, expected]] of Object.entries(CONTENTS)) {
  Deno.test(`${name} ${expected ? "is a fault" : "may be served"}`, async () => {
    const cwd = await Deno.makeTempDir();
    try {
      await Deno.writeTextFile(join(cwd, "tls.pem"), pem);
      await Deno.writeTextFile(join(cwd, "tls.key"), secret);
      const tls = { public_key: "tls.pem", private_key: "tls.key" };
      assertEquals(await findTlsFault({ tls }, cwd), expected);
    } finally {
      await Deno.remove(cwd, { recursive: true });
    }
  });
}

const GOOD = { Public_Key: "../tls.pem", private_key: "tls.key" };
const LOST = { public_key: "../tls.pem", private_key: "b.key" };
const MISSING = "the key b.key is missing";
const NONE =
  "tls names no certificate: add tls.public_key and tls.private_key, or tls.keys";
/** Values of `tls`, and the fault. The working folder holds tls.key, and the one above tls.pem. */
const VALUES: readonly (readonly [tls: unknown, fault?: string])[] = [
  [undefined],
  [null],
  ["x"],
  [GOOD],
  [{ keys: [GOOD] }],
  // KrakenD takes one pair for a list of one.
  [{ keys: GOOD }],
  [LOST, MISSING],
  [{ ...GOOD, keys: [GOOD, LOST] }, MISSING],
  [
    { public_key: "tls.key/a", private_key: "tls.key" },
    "the certificate tls.key/a is missing",
  ],
  [
    { public_key: ".", private_key: "tls.key" },
    "the certificate . is a folder",
  ],
  [{ ...LOST, disabled: "true" }],
  [{ ...LOST, disabled: "false" }, MISSING],
  // These KrakenD refuses, with words of its own.
  [{ disabled: "yes" }],
  [[]],
  [[{ disabled: true }]],
  [{ public_key: 5, private_key: {} }],
  [{ public_key: "a\0b", private_key: "a\0b" }],
  [{}, NONE],
  [{ keys: [], enable_mtls: true }, NONE],
  [{ keys: [{}] }, "tls.keys names neither certificate nor key"],
  [{ public_key: "a.pem" }, "there is no key for the certificate a.pem"],
  [
    { keys: [{ private_key: "a.key" }] },
    "there is no certificate for the key a.key",
  ],
];

Deno.test("every pair of a server counts, with paths relative to the gateway's folder, unless TLS is off or of another shape", async () => {
  const folder = await Deno.makeTempDir();
  try {
    const cwd = join(folder, "gateway");
    await Deno.mkdir(cwd);
    await Deno.writeTextFile(join(folder, "tls.pem"), certificate);
    await Deno.writeTextFile(join(cwd, "tls.key"), key);
    for (const [tls, fault] of VALUES) {
      const found = await findTlsFault({ tls }, cwd);
      assertEquals(found, fault, JSON.stringify(tls));
    }
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});
