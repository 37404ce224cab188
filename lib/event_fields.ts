/**
 * The fields of events, for the log as JSON and for the command of `--on-event`.
 *
 * @module
 */

/** What a field holds, as JSON has it. */
export type FieldType = "string" | "number" | "boolean" | "string[]";

/** One field. */
export interface FieldSpec {
  readonly type: FieldType;
  /** What it means, with its unit. */
  readonly help: string;
}

/** Every field, by its name. A name means the same in all events. */
export const FIELDS = {
  boot_ms: {
    type: "number",
    help: "time from the start of the gateway to its first answer, in ms",
  },
  changes: {
    type: "string[]",
    help: "the files that are others than before, absolute",
  },
  column: { type: "number", help: "column of the fault, from 1" },
  command: { type: "string[]", help: "the program and its arguments" },
  config: { type: "string", help: "the configuration file, as you wrote it" },
  configuration: {
    type: "string",
    help: "which configuration it is: newest, or kept for the last that worked",
  },
  delay_ms: { type: "number", help: "time to the restart, in ms" },
  differences: {
    type: "string[]",
    help: "what the change means, without values that look like secrets",
  },
  exit_code: { type: "number", help: "exit code of what has left" },
  file: { type: "string", help: "file of the fault, as you know it" },
  gap_ms: {
    type: "number",
    help: "for how long nobody listened, in ms; not there at the first start",
  },
  hostname: { type: "string", help: "where the gateway should answer" },
  inputs: { type: "number", help: "number of files that are watched" },
  is_running: {
    type: "boolean",
    help: "whether a gateway runs at this moment",
  },
  left_out: {
    type: "number",
    help: "number of events that the command was not told, so far",
  },
  line: { type: "number", help: "line of the fault, from 1" },
  next: {
    type: "string",
    help: "what follows: restart, wait (for a change) or leave",
  },
  pid: { type: "number", help: "number of the process" },
  port: { type: "number", help: "port of the gateway" },
  ran_ms: { type: "number", help: "how long the command took, in ms" },
  reason: { type: "string", help: "what is wrong, in one or more lines" },
  retry_ms: { type: "number", help: "time to the next start, in ms" },
  said: {
    type: "string",
    help: "the line of the gateway's log that tells why it left",
  },
  signal: { type: "string", help: "name of the signal, such as SIGTERM" },
  took_ms: {
    type: "number",
    help: "time from the first sign of the change, in ms",
  },
  variable: { type: "string", help: "name of the environment variable" },
} as const satisfies Readonly<Record<string, FieldSpec>>;

/** The name of a field. */
export type FieldName = keyof typeof FIELDS;

/** What a field's type is called in TypeScript. */
interface TypeOf {
  readonly "string": string;
  readonly "number": number;
  readonly "boolean": boolean;
  readonly "string[]": readonly string[];
}

/** The value of a field. */
export type FieldValue<N extends FieldName> = TypeOf[typeof FIELDS[N]["type"]];
