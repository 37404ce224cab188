/**
 * Faults of flexible configuration, read from what KrakenD says.
 *
 * @module
 */

/** What is wrong with a template, or with a file of settings. */
export interface TemplateFault {
  readonly kind: "template" | "settings";
  /** The file's name, without its folder. */
  readonly name: string;
  /** From 1; 0 if it is not told. */
  readonly line: number;
  /** From 1; 0 if it is not told. */
  readonly column: number;
  readonly message: string;
}

/** How krakend-flexibleconfig begins the line that it logs before it reads the template as if it were none. */
const TEMPLATE =
  /(?:Unable to parse configuration file|Error parsing sub-templates|Found error while executing template): template: (?<name>[^:\n]+):(?<line>\d+)(?::(?<column>\d+))?: (?<message>.*)/;
const SETTINGS =
  /loading flexible-config settings:\s*-\s*(?<name>[^:\n]+): (?<message>.*)/;

/**
 * Finds the cause that KrakenD logs. Its last message is about something else
 * then: it goes on with the template as it stands, and may even be content.
 *
 * @param output All that `krakend check` has printed.
 */
export function readTemplateFault(output: string): TemplateFault | undefined {
  const template = TEMPLATE.exec(output)?.groups;
  if (template) {
    const { name = "", line, column, message = "" } = template;
    return {
      kind: "template",
      name,
      line: Number(line),
      // text/template counts bytes from 0.
      column: column === undefined ? 0 : Number(column) + 1,
      // What is between "<" and ">" is the template's own text.
      message: message.replace(/^executing ".*?" at <.*?>: /, ""),
    };
  }
  const settings = SETTINGS.exec(output)?.groups;
  if (!settings) return undefined;
  const { name = "", message = "" } = settings;
  return { kind: "settings", name, line: 0, column: 0, message };
}
