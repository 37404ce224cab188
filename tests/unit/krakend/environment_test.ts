import { assertEquals } from "@std/assert";
import { gatewayEnvironment } from "../../../lib/krakend/environment.ts";
import { environmentTwin } from "../../../lib/environment_twin.ts";
import { OPTIONS } from "../../../lib/options/table.ts";

Deno.test("no environment twin of an option reaches the gateway", () => {
  const twins = OPTIONS.map(({ name }) => environmentTwin(name));
  const env = Object.fromEntries(twins.map((name) => [name, "1"]));
  assertEquals(gatewayEnvironment(env), {});
});

Deno.test("KRAKEND_BIN does not reach the gateway", () => {
  assertEquals(gatewayEnvironment({ KRAKEND_BIN: "/bin/krakend" }), {});
});

Deno.test("everything else reaches the gateway", () => {
  const env = {
    PATH: "/bin",
    EMPTY: "",
    FC_ENABLE: "1",
    KRAKEND_PORT: "8090",
    KRAKEND_BINARY: "x",
    KRAKEND_WATCHER: "x",
    MY_KRAKEND_WATCH_SETTLE: "x",
    USAGE_DISABLE: "1",
  };
  assertEquals(gatewayEnvironment(env), env);
});
