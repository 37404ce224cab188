import { assertEquals } from "@std/assert";
import { hasOwnListeners } from "../../../lib/krakend/listeners.ts";

/** Whether a configuration with this in its `extra_config` listens on more than its port. */
function listens(extra_config: unknown): boolean {
  return hasOwnListeners({ version: 3, port: 8080, extra_config });
}

Deno.test("a configuration without telemetry has one listener", () => {
  assertEquals(
    [undefined, {}, [], { router: {} }, { "telemetry/logging": {} }].map(
      listens,
    ),
    [false, false, false, false, false],
  );
  assertEquals(hasOwnListeners(undefined), false);
});

Deno.test("metrics have a listener unless their endpoint is disabled", () => {
  assertEquals(
    [
      { "telemetry/metrics": {} },
      { "telemetry/metrics": { listen_address: ":8090" } },
      { "telemetry/metrics": { endpoint_disabled: true } },
      { "github_com/devopsfaith/krakend-metrics": {} },
    ].map(listens),
    [true, true, false, true],
  );
});

Deno.test("exporters for Prometheus have a listener each, others have none", () => {
  const otel = (exporters: unknown) => ({
    "telemetry/opentelemetry": { exporters },
  });
  const census = (exporters: unknown) => ({
    "telemetry/opencensus": { exporters },
  });
  assertEquals(
    [
      otel({ prometheus: [{ name: "local", port: 9090 }] }),
      otel({ prometheus: [{ name: "local", disable_metrics: true }] }),
      otel({ otlp: [{ name: "remote" }] }),
      census({ prometheus: { port: 9091 } }),
      census({ zipkin: {} }),
    ].map(listens),
    [true, false, false, true, false],
  );
});
