/**
 * The subcommands of krakend 2.13 and their flags, as its help names them.
 *
 * @module
 */

import type { CommandSpec, OptionSpec } from "../option_spec.ts";

const CONFIG: OptionSpec = {
  name: "config",
  short: "c",
  value: "PATH",
  help: "the configuration file",
};

const CHECK_FLAGS: readonly OptionSpec[] = [
  CONFIG,
  { name: "debug", short: "d", help: "tell how the configuration is read" },
  {
    name: "indent",
    short: "i",
    value: "TEXT",
    help: "what the dump is indented with",
  },
  { name: "lint", short: "l", help: "check against the schema online" },
  {
    name: "lint-no-network",
    short: "n",
    help: "check against the built-in schema",
  },
  {
    name: "lint-schema",
    short: "s",
    value: "PATH",
    help: "check against this schema",
  },
  {
    name: "test-gin-routes",
    short: "t",
    help: "try the endpoints on a real router",
  },
];

/** The subcommands; `help` and `completion` are cobra's. */
export const SUBCOMMANDS: readonly CommandSpec[] = [
  {
    name: "run",
    help: "run the gateway, and restart it at every change",
    options: [
      CONFIG,
      { name: "debug", short: "d", help: "serve the debug endpoint" },
      {
        name: "port",
        short: "p",
        value: "NUMBER",
        help: "the port of the service",
      },
    ],
  },
  {
    name: "check",
    help: "check the configuration at every change",
    options: CHECK_FLAGS,
  },
  {
    name: "validate",
    help: "check the configuration at every change",
    options: CHECK_FLAGS,
  },
  {
    name: "audit",
    help: "look for weaknesses of the configuration at every change",
    options: [
      CONFIG,
      {
        name: "format",
        short: "f",
        value: "TEXT",
        help: "a Go template for the results",
      },
      {
        name: "ignore",
        short: "i",
        value: "TEXT",
        help: "rules to leave out, with commas between",
      },
      {
        name: "ignore-file",
        short: "I",
        value: "PATH",
        help: "a file of rules to leave out",
      },
      {
        name: "severity",
        short: "s",
        value: "TEXT",
        help: "severities to show, with commas between",
      },
    ],
  },
  {
    name: "test-plugin",
    help: "test whether plugins can be loaded, at every change",
    options: [
      { name: "client", short: "c", help: "they are http-client plugins" },
      { name: "modifier", short: "m", help: "they are modifiers" },
      { name: "server", short: "s", help: "they are http-server plugins" },
    ],
  },
  {
    name: "check-plugin",
    help: "check whether the modules of a plugin fit, at every change",
    options: [
      { name: "format", short: "f", help: "show the commands that mend them" },
      { name: "go", short: "g", value: "TEXT", help: "the version of Go" },
      { name: "libc", short: "l", value: "TEXT", help: "the version of libc" },
      { name: "sum", short: "s", value: "PATH", help: "the plugin's go.sum" },
    ],
  },
  { name: "version", help: "show the version of krakend", options: [] },
  { name: "help", help: "show the help of krakend", options: [] },
  {
    name: "completion",
    help: "write completions for krakend itself",
    options: [],
  },
];
