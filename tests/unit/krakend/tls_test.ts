import { assertEquals } from "@std/assert";
import { join } from "@std/path/posix";
import { generateKeyPairSync } from "node:crypto";
import { findTlsFault } from "../../../lib/krakend/tls.ts";
import { OTHER_PAIR, PAIR } from "../../helpers/certificates.ts";

/** Runs a test in a folder of its own. */
async function withFolder(test: (folder: string) => Promise<void>) {
  const folder = await Deno.makeTempDir();
  try {
    await test(folder);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

/** Contents of files; a good pair if absent. */
interface Files {
  pem?: string;
  key?: string;
}

/** A gateway whose certificate and key are `tls.pem` and `tls.key`. */
async function faultWith(files: Files): Promise<string | undefined> {
  let fault: string | undefined;
  await withFolder(async (cwd) => {
    await write(cwd, files);
    fault = await findTlsFault(server("tls.pem", "tls.key"), cwd);
  });
  return fault;
}

async function write(cwd: string, { pem, key }: Files) {
  await Deno.writeTextFile(join(cwd, "tls.pem"), pem ?? PAIR.certificate);
  await Deno.writeTextFile(join(cwd, "tls.key"), key ?? PAIR.key);
}

function server(public_key: unknown, private_key: unknown) {
  return { tls: { public_key, private_key } };
}

Deno.test("a certificate with its key is fine, and so is no TLS at all", async () => {
  assertEquals(await faultWith({}), undefined);
  for (const config of [undefined, null, [], "x", {}, { tls: null }]) {
    assertEquals(await findTlsFault(config, "/"), undefined);
  }
});

Deno.test("a certificate and a key that are renewed one after the other are seen in between", async () => {
  const fault = "the key tls.key does not belong to the certificate tls.pem";
  assertEquals(await faultWith({ pem: OTHER_PAIR.certificate }), fault);
  assertEquals(await faultWith({ key: OTHER_PAIR.key }), fault);
  const { privateKey } = generateKeyPairSync("ed25519");
  const key = privateKey.export({ type: "pkcs8", format: "pem" });
  assertEquals(await faultWith({ key: `${key}` }), fault);
});

Deno.test("files that are missing are named, and which of the two it is", () =>
  withFolder(async (cwd) => {
    const fault = () => findTlsFault(server("tls.pem", "tls.key"), cwd);
    assertEquals(await fault(), "the certificate tls.pem is missing");
    await Deno.writeTextFile(join(cwd, "tls.pem"), PAIR.certificate);
    assertEquals(await fault(), "the key tls.key is missing");
    assertEquals(
      await findTlsFault(server("tls.pem", "tls.pem/key"), cwd),
      "the key tls.pem/key is missing",
    );
  }));

Deno.test("paths are relative to the gateway's folder, or absolute", () =>
  withFolder(async (folder) => {
    const cwd = join(folder, "gateway");
    await Deno.mkdir(cwd);
    await write(folder, {});
    const config = server("../tls.pem", join(folder, "tls.key"));
    assertEquals(await findTlsFault(config, cwd), undefined);
  }));

Deno.test("a folder in place of a certificate is a fault", () =>
  withFolder(async (cwd) => {
    await Deno.mkdir(join(cwd, "tls.pem"));
    assertEquals(
      await findTlsFault(server("tls.pem", "tls.key"), cwd),
      "the certificate tls.pem is a folder",
    );
  }));

Deno.test("a file that is half written is a fault, wherever it ends", async () => {
  const { certificate, key } = PAIR;
  for (const length of [15, 30, 100, key.length - 4]) {
    assertEquals(
      await faultWith({ key: key.slice(0, length) }),
      "the key tls.key holds no whole key in PEM format",
    );
  }
  const chain = certificate + OTHER_PAIR.certificate;
  assertEquals(await faultWith({ pem: chain }), undefined);
  assertEquals(
    await faultWith({ pem: certificate.slice(0, -100) }),
    "the certificate tls.pem holds no whole certificate in PEM format",
  );
  assertEquals(
    await faultWith({ pem: "\n" }),
    "the certificate tls.pem holds no whole certificate in PEM format",
  );
});

Deno.test("what is in the wrong file, or is no PEM, is a fault", async () => {
  const { certificate, key } = PAIR;
  assertEquals(
    await faultWith({ pem: key }),
    "the certificate tls.pem holds no whole certificate in PEM format",
  );
  assertEquals(
    await faultWith({ key: certificate }),
    "the key tls.key holds no whole key in PEM format",
  );
  for (const text of ["\0\x01", "\ufeff" + key]) {
    assertEquals(
      await faultWith({ key: text }),
      "the key tls.key holds no whole key in PEM format",
    );
  }
  assertEquals(
    await faultWith({ key: key.replaceAll("PRIVATE KEY", "X509 CRL") }),
    "the key tls.key holds no whole key in PEM format",
  );
});

Deno.test("a key that needs a password is a fault, in the old way and the new one", async () => {
  const fault =
    "the key tls.key is encrypted, and KrakenD cannot ask for a password";
  const old = PAIR.key.replace(
    "-----BEGIN PRIVATE KEY-----",
    "$&\nProc-Type: 4,ENCRYPTED\nDEK-Info: AES-128-CBC,D4\n",
  );
  assertEquals(await faultWith({ key: old }), fault);
  const type = "ENCRYPTED PRIVATE KEY";
  assertEquals(
    await faultWith({ key: PAIR.key.replaceAll("PRIVATE KEY", type) }),
    fault,
  );
});

Deno.test("one file may hold both, with Windows' ends of lines and words in between", async () => {
  const both = `Bag Attributes\n${PAIR.key}subject=CN\n${PAIR.certificate}`
    .replaceAll("\n", "\r\n");
  assertEquals(await faultWith({ pem: both, key: both }), undefined);
  assertEquals(
    await faultWith({ pem: both, key: OTHER_PAIR.key }),
    "the key tls.key does not belong to the certificate tls.pem",
  );
});

Deno.test("what only Go may understand is no fault", async () => {
  const block = (type: string) =>
    `-----BEGIN ${type}-----\nAAAA\n-----END ${type}-----\n`;
  assertEquals(await faultWith({ key: block("NEW PRIVATE KEY") }), undefined);
  assertEquals(await faultWith({ pem: block("CERTIFICATE") }), undefined);
});

Deno.test("every pair of a server counts, in any case of the names", () =>
  withFolder(async (cwd) => {
    await write(cwd, {});
    const good = { Public_Key: "tls.pem", private_key: "tls.key" };
    const bad = { public_key: "tls.pem", private_key: "b.key" };
    const faultOf = (tls: unknown) => findTlsFault({ tls }, cwd);
    assertEquals(await faultOf({ keys: [good] }), undefined);
    // KrakenD takes one pair for a list of one.
    assertEquals(await faultOf({ keys: good }), undefined);
    assertEquals(
      await faultOf({ ...good, keys: [good, bad] }),
      "the key b.key is missing",
    );
  }));

Deno.test("TLS that is switched off in any way that KrakenD takes, and values of other kinds, are no fault", async () => {
  for (const disabled of [true, "true", 1]) {
    const tls = { disabled, public_key: "none", private_key: "none" };
    assertEquals(await findTlsFault({ tls }, "/"), undefined);
  }
  assertEquals(await findTlsFault(server(5, {}), "/"), undefined);
  const nul = server("a\0b", "a\0b");
  assertEquals(await findTlsFault(nul, "/"), undefined);
});

Deno.test("TLS without certificate, or with half a pair, cannot be served", async () => {
  const faultOf = (tls: unknown) => findTlsFault({ tls }, "/");
  const none =
    "tls names no certificate: add tls.public_key and tls.private_key, or tls.keys";
  assertEquals(await faultOf({}), none);
  assertEquals(await faultOf({ keys: [], enable_mtls: true }), none);
  assertEquals(
    await faultOf({ keys: [{}] }),
    "tls.keys names neither certificate nor key",
  );
  assertEquals(
    await faultOf({ public_key: "a.pem" }),
    "there is no key for the certificate a.pem",
  );
  assertEquals(
    await faultOf({ keys: [{ private_key: "a.key" }] }),
    "there is no certificate for the key a.key",
  );
});
