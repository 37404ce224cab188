/**
 * Ports that a configuration opens besides the service's own.
 *
 * @module
 */

import {
  asList,
  asRecord,
  isRecord,
  settingsOf,
  valueOf,
} from "./namespaces.ts";

/**
 * Whether a gateway with this configuration listens on more than its service's
 * port. A second one that cannot have such a port logs an error and goes on
 * without (measured with 2.13), so two must never run side by side.
 */
export function hasOwnListeners(config: unknown): boolean {
  const extra = asRecord(config)["extra_config"];
  const settings = (namespace: string) => settingsOf(extra, namespace);
  const exporters = (namespace: string) => settings(namespace)["exporters"];
  return listensForMetrics(extra) ||
    // OpenTelemetry takes a list of exporters, OpenCensus one by its name.
    asList(asRecord(exporters("telemetry/opentelemetry"))["prometheus"])
      .some((it) => asRecord(it)["disable_metrics"] !== true) ||
    isRecord(asRecord(exporters("telemetry/opencensus"))["prometheus"]);
}

/** `telemetry/metrics` serves its numbers on :8090 unless told not to. */
function listensForMetrics(extra: unknown): boolean {
  const metrics = valueOf(extra, "telemetry/metrics");
  return metrics !== undefined &&
    asRecord(metrics)["endpoint_disabled"] !== true;
}
