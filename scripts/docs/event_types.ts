/**
 * The events and their fields, read from the types of lib/event.ts.
 *
 * @module
 */

import { type Event, type Level, levelOf } from "../../lib/event.ts";
import { ROOT } from "../paths.ts";

/** A field of an event. */
export interface FieldType {
  readonly name: string;
  /** As JSON has it, such as `string`, `list of strings` or `number or null`. */
  readonly type: string;
  readonly isOptional: boolean;
  readonly doc: string;
}

/** An event. */
export interface EventType {
  readonly name: string;
  /** The levels that it can have. */
  readonly levels: readonly Level[];
  readonly doc: string;
  /** Without its name. */
  readonly fields: readonly FieldType[];
}

/** A type, as `deno doc` describes it. */
interface TypeNode {
  readonly kind: string;
  readonly repr?: string;
  // deno-lint-ignore no-explicit-any -- its shape depends on the kind
  readonly value?: any;
}

interface PropertyNode {
  readonly name: string;
  readonly optional?: boolean;
  readonly jsDoc?: { readonly doc?: string };
  readonly tsType: TypeNode;
}

/** Reads the events, in the order of the union. */
export async function readEventTypes(): Promise<readonly EventType[]> {
  const { stdout, success } = await new Deno.Command(Deno.execPath(), {
    args: ["doc", "--json", "--no-config", "lib/event.ts"],
    cwd: ROOT,
    stdin: "null",
    stderr: "inherit",
  }).output();
  if (!success) throw new Error("Cannot read the types of lib/event.ts");
  const { nodes } = JSON.parse(new TextDecoder().decode(stdout));
  const [{ symbols }] = Object.values(nodes) as [
    { symbols: { name: string; declarations: [Declaration] }[] },
  ];
  const docs = new Map<string, string>();
  const all = new Map(
    symbols.map(({ name, declarations: [it] }) => [name, it]),
  );
  const events = [...all.values()]
    .map((it) => eventOf(it, propertiesOf(it, all), docs))
    .filter(({ name }) => name !== "");
  // A field that several events have is described once.
  return events.map((event) => ({
    ...event,
    fields: event.fields.map((field) => ({
      ...field,
      doc: field.doc || docs.get(field.name) || "",
    })),
  }));
}

interface Declaration {
  readonly kind: string;
  readonly jsDoc?: { readonly doc?: string };
  readonly def: {
    readonly properties?: readonly PropertyNode[];
    readonly extends?: readonly TypeNode[];
  };
}

/** Returns the properties of an interface, and of those that it extends. */
function propertiesOf(
  { kind, def }: Declaration,
  all: ReadonlyMap<string, Declaration>,
): PropertyNode[] {
  if (kind !== "interface") return [];
  const inherited = (def.extends ?? []).flatMap(({ value }) => {
    const base = all.get(value.typeName);
    return base ? propertiesOf(base, all) : [];
  });
  return [...def.properties ?? [], ...inherited];
}

function eventOf(
  node: Declaration,
  properties: readonly PropertyNode[],
  docs: Map<string, string>,
): EventType {
  const name = properties.find((it) => it.name === "event")?.tsType.repr ?? "";
  const fields = properties.filter((it) => it.name !== "event").map((it) => {
    const doc = oneLine(it.jsDoc?.doc);
    if (doc && !docs.has(it.name)) docs.set(it.name, doc);
    return {
      name: it.name,
      type: typeText(it.tsType),
      isOptional: it.optional === true,
      doc,
    };
  });
  return {
    name,
    levels: levelsOf(name),
    doc: oneLine(node.jsDoc?.doc),
    fields,
  };
}

/** Tries what a level can depend on. */
function levelsOf(event: string): Level[] {
  const levels = [0, 1].map((bit) =>
    levelOf({
      event,
      exit_code: bit,
      is_repeated: bit === 1,
      is_per_file: bit === 1,
    } as unknown as Event)
  );
  return [...new Set(levels)];
}

function typeText({ kind, repr = "", value }: TypeNode): string {
  switch (kind) {
    case "typeOperator":
      return typeText(value.tsType);
    case "array":
      return `list of ${typeText(value)}s`;
    case "union":
      return [...new Set(value.map(typeText))]
        .filter((it) => it !== "undefined").join(" or ");
    case "literal":
      return "string";
    case "typeRef":
      // ExitPolicy is the only one.
      return "string";
    default:
      return repr;
  }
}

function oneLine(doc = ""): string {
  return doc.replaceAll("\n", " ");
}
