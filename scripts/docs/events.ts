/**
 * Makes doc/events.md from the table of events.
 *
 * @module
 */

import { FIELDS, type FieldSpec } from "../../lib/event_fields.ts";
import { EVENTS, type EventSpec } from "../../lib/events.ts";
import { code, markdownTable, prose } from "./markdown.ts";

/** The text of doc/events.md. */
export function eventsText(): string {
  return `# Events

<!-- Made by \`deno task docs\`: edit lib/events.ts and lib/event_fields.ts. -->

${
    prose(
      "With `--log-format=json`, every line that krakend-watch writes to " +
        "standard error is an event: one JSON object, without colours. The " +
        "gateway's own output passes through untouched, on the same stream. " +
        "`--quiet` and `--verbose` choose the events by their level.",
    )
  }

\`\`\`jsonl
{"time":"2026-11-24T16:00:00.123Z","level":"info","event":"ready","message":"ready in 55 ms, nobody listened for 59 ms","boot_ms":55.2,"gap_ms":58.9,"configuration":"newest"}
\`\`\`

${
    prose(
      "Names and types are stable: events and fields may be added, and none " +
        "changes its meaning. The text of a message may change.",
    )
  }

${
    markdownTable([
      ["every event has", "type", "meaning"],
      [code("time"), "string", "when it was told, by RFC 3339, in UTC"],
      [code("level"), "string", "error, warning, info or debug"],
      [code("event"), "string", "its name, from the next table"],
      [
        code("message"),
        "string",
        "what the log as text says; may have several lines",
      ],
    ])
  }

## Names

Fields in brackets are not always there.

${
    markdownTable([
      ["event", "level", "it is told when", "fields"],
      ...Object.entries(EVENTS).map(([name, spec]) => eventRow(name, spec)),
    ])
  }

## Fields

${
    markdownTable([
      ["field", "type", "meaning"],
      ...Object.entries(FIELDS).map(([name, { type, help }]: [
        string,
        FieldSpec,
      ]) => [code(name), type === "string[]" ? "list of strings" : type, help]),
    ])
  }

## A command for every event

${
    prose(
      "`--on-event COMMAND` has a shell run the command for every event but " +
        "those of level debug, which `--verbose` adds. `KRAKEND_WATCH_EVENT` " +
        "is the event's name, and standard input the same JSON object on one " +
        "line; a command need not read it. What the command writes goes to " +
        "standard error.",
    )
  }

\`\`\`sh
krakend-watch --on-event 'case $KRAKEND_WATCH_EVENT in
  ready) curl -fsS -X POST http://localhost:35729/changed ;;
  rejected) notify-send "KrakenD" "$(jq -r .reason)" ;;
esac' run -c krakend.json
\`\`\`

${
    prose(
      "No restart waits for it. It runs for one event at a time and in order, " +
        "for ten seconds at most: then it is killed, with all that it has " +
        "started. Up to 256 events wait; of more, the oldest are left out. At " +
        "the end it has one second for what is left. If it fails, a warning " +
        "tells so, once.",
    )
  }
`;
}

function eventRow(name: string, spec: EventSpec): string[] {
  const { levels, help, fields = [], maybe = [] } = spec;
  const names = [
    ...fields.map(code),
    ...maybe.map((field) => `[${code(field)}]`),
  ];
  return [code(name), levels.join(", "), help, names.join(", ")];
}
