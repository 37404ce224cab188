import { assertEquals } from "@std/assert";
import { join } from "@std/path";
import {
  findTlsFault,
  tlsWarnings,
} from "../../../lib/krakend/certificates.ts";
import { OTHER_PAIR, PAIR } from "../../helpers/certificates.ts";
import { withFolder } from "../support.ts";

async function write(cwd: string, key: string) {
  await Deno.writeTextFile(join(cwd, "tls.pem"), PAIR.certificate);
  await Deno.writeTextFile(join(cwd, "tls.key"), key);
}

Deno.test("certificates for backends never keep a gateway from starting, and are warned about", () =>
  withFolder(async (cwd) => {
    await write(cwd, OTHER_PAIR.key);
    const pair = { certificate: "tls.pem", private_key: "tls.key" };
    const config = { client_tls: { client_certs: [pair] } };
    assertEquals(await findTlsFault(config, { cwd }), undefined);
    assertEquals(await tlsWarnings(config, { cwd, now: new Date() }), [
      "the key tls.key does not belong to the certificate tls.pem, so backends get no certificate",
    ]);
  }));

Deno.test("a certificate that has expired is a warning, once, and no fault", () =>
  withFolder(async (cwd) => {
    await write(cwd, PAIR.key);
    const pair = { public_key: "tls.pem", private_key: "tls.key" };
    const config = { tls: { ...pair, keys: [pair] } };
    const at = (now: string) =>
      tlsWarnings(config, { cwd, now: new Date(now) });
    assertEquals(await at("2126-01-01"), []);
    assertEquals(await at("2127-01-01"), [
      "the certificate tls.pem expired on 2126-10-31",
    ]);
  }));

Deno.test("there is nothing to warn about where there is no certificate to be read", async () => {
  const now = new Date("2127-01-01");
  const none = { keys: [{ public_key: "none" }, { public_key: 5 }] };
  for (const config of [undefined, {}, { tls: none }, { client_tls: [] }]) {
    assertEquals(await tlsWarnings(config, { cwd: "/", now }), []);
  }
});
