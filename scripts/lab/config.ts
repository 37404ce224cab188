/**
 * Configurations to play with.
 *
 * @module
 */

/** What a configuration is made from. */
export interface ConfigOptions {
  port: number;
  /** The URL of the backend. */
  backend: string;
  /** The endpoints; each asks the backend for the path of the same name. */
  endpoints: readonly string[];
  /** More top-level settings. */
  settings?: Readonly<Record<string, unknown>>;
}

/** A configuration of KrakenD, as text. */
export function configText(options: ConfigOptions): string {
  const { port, backend, endpoints, settings } = options;
  const config = {
    $schema: "https://www.krakend.io/schema/krakend.json",
    version: 3,
    name: "A gateway to play with",
    listen_ip: "127.0.0.1",
    port,
    timeout: "10s",
    ...settings,
    endpoints: endpoints.map((endpoint) => ({
      endpoint,
      backend: [{ host: [backend], url_pattern: endpoint }],
    })),
  };
  return `${JSON.stringify(config, undefined, 2)}\n`;
}

/**
 * A port that nothing has, outside of those that the kernel gives to clients:
 * one of these could be taken before the gateway opens it.
 */
export function freePort(): number {
  for (;;) {
    const port = 10_000 + Math.floor(Math.random() * 20_000);
    try {
      for (const hostname of ["0.0.0.0", "127.0.0.1"]) {
        Deno.listen({ hostname, port }).close();
      }
      return port;
    } catch { /* try another one */ }
  }
}

/** An address at which any port is free: on Linux, all of 127.0.0.0/8 are this machine's. */
export function freeHost(): string {
  const part = () => 1 + Math.floor(Math.random() * 254);
  return `127.${part()}.${part()}.${part()}`;
}
