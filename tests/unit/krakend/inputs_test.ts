import fc from "fast-check";
import { assertEquals } from "@std/assert";
import { acceptsName, inputsOfConfig } from "../../../lib/krakend/inputs.ts";

/** Every file with the reason for it. */
function said(config: unknown): string[] {
  return inputsOfConfig(config).map(({ path, why }) => `${path}: ${why}`);
}

Deno.test("certificates, keys and authorities are inputs", () => {
  const config = {
    tls: {
      public_key: "a.pem",
      private_key: "a.key",
      keys: [{ public_key: "b.pem", private_key: "b.key" }],
      ca_certs: ["ca.pem"],
    },
    client_tls: {
      ca_certs: ["c.pem"],
      client_certs: [{ certificate: "d.pem", private_key: "d.key" }],
    },
  };
  assertEquals(said(config), [
    "a.pem: tls.public_key",
    "a.key: tls.private_key",
    "b.pem: tls.keys.public_key",
    "b.key: tls.keys.private_key",
    "ca.pem: tls.ca_certs",
    "c.pem: client_tls.ca_certs",
    "d.pem: client_tls.client_certs.certificate",
    "d.key: client_tls.client_certs.private_key",
  ]);
});

Deno.test("settings are found however their names are written, as KrakenD finds them", () => {
  const config = {
    TLS: { Public_Key: "a.pem", private_key: "a.key", Keys: [{}] },
    Client_TLS: { CA_Certs: ["c.pem"] },
    Plugin: { Folder: "plugins", Pattern: ".so" },
    Endpoints: [{
      Endpoint: "/a",
      Extra_Config: { "auth/validator": { JWK_Local_Path: "k.json" } },
    }],
  };
  assertEquals(said(config), [
    "plugins: plugin.folder",
    "a.pem: tls.public_key",
    "a.key: tls.private_key",
    "c.pem: client_tls.ca_certs",
    "k.json: auth/validator.jwk_local_path of GET /a",
  ]);
});

Deno.test("certificates of TLS that is switched off are none", () => {
  assertEquals(said({ tls: { disabled: true, public_key: "a.pem" } }), []);
});

Deno.test("scripts, key sets and queries are inputs wherever a component may stand", () => {
  const config = {
    extra_config: { "modifier/lua-endpoint": { sources: ["1.lua"] } },
    endpoints: [{
      endpoint: "/a",
      extra_config: {
        "auth/validator": { jwk_local_path: "2.json", jwk_local_ca: "3.pem" },
        "github.com/devopsfaith/krakend-lua/proxy": { sources: ["4.lua"] },
      },
      backend: [{
        extra_config: {
          "backend/graphql": { query_path: "5.graphql" },
          "github_com/devopsfaith/krakend-lua/proxy/backend": {
            sources: ["6.lua"],
          },
        },
      }],
    }],
    async_agent: [{
      name: "x",
      backend: [{
        extra_config: { "auth/signer": { jwk_local_path: "7.json" } },
      }],
    }],
  };
  assertEquals(said(config), [
    "1.lua: modifier/lua-endpoint.sources",
    "4.lua: modifier/lua-proxy.sources of GET /a",
    "2.json: auth/validator.jwk_local_path of GET /a",
    "3.pem: auth/validator.jwk_local_ca of GET /a",
    "6.lua: modifier/lua-backend.sources of GET /a, in a backend",
    "5.graphql: backend/graphql.query_path of GET /a, in a backend",
    "7.json: auth/signer.jwk_local_path of the agent x, in a backend",
  ]);
});

Deno.test("scripts that the gateway reads again by itself are no inputs", () => {
  const lua = { live: true, sources: ["a.lua"] };
  assertEquals(said({ extra_config: { "modifier/lua-proxy": lua } }), []);
});

Deno.test("of the plugin folder, the files count whose names hold the pattern", () => {
  const [input] = inputsOfConfig({
    plugin: { folder: "plugins", pattern: ".so" },
  });
  assertEquals(input?.path, "plugins");
  const folder = input?.folder;
  assertEquals(folder?.deep, false);
  assertEquals(folder && acceptsName(folder, "a.so.1"), true);
  assertEquals(folder && acceptsName(folder, "a.txt"), false);
});

Deno.test("no configuration is too strange, and the same one always names the same files", () => {
  const keys = fc.constantFrom(
    "tls",
    "keys",
    "endpoints",
    "backend",
    "extra_config",
    "modifier/lua-proxy",
    "sources",
    "plugin",
    "folder",
    "ca_certs",
  );
  const { tree } = fc.letrec((tie) => ({
    tree: fc.oneof(
      { maxDepth: 6 },
      fc.constantFrom(null, 1, true, "a.pem", "", "\0"),
      fc.array(tie("tree"), { maxLength: 3 }),
      fc.dictionary(keys, tie("tree")),
    ),
  }));
  fc.assert(fc.property(tree, (config) => {
    const inputs = inputsOfConfig(config);
    assertEquals(inputs, inputsOfConfig(config));
    for (const { path } of inputs) assertEquals(path, path && "a.pem");
  }));
});
