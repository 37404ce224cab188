/**
 * Makes doc/events.md from the types of lib/event.ts.
 *
 * @module
 */

import { type EventType, readEventTypes } from "./event_types.ts";
import { code, markdownTable, prose } from "./markdown.ts";

/** The text of doc/events.md. */
export async function eventsText(): Promise<string> {
  const events = await readEventTypes();
  return `# Events

<!-- Made by \`deno task docs\`: edit lib/event.ts. -->

${
    prose(
      "With `--log-format=json`, each line that krakend-watch writes to " +
        "standard error is an event: one JSON object, without colours. The " +
        "gateway's own output is not touched, and goes to the same stream. " +
        "`--quiet` and `--verbose` choose the events by their level.",
    )
  }

\`\`\`jsonl
{"time":"2026-11-26T16:00:00.123Z","level":"info","event":"ready","message":"ready in 41 ms","pid":4711,"port":8080,"boot_ms":41.2,"handover":"shared","down_ms":0,"is_rollback":false}
\`\`\`

${
    prose(
      "Names and types are stable: events and fields may be added, and none " +
        "changes its meaning. The text of a message may change. Fields in " +
        "brackets can be absent.",
    )
  }

${
    markdownTable([
      ["every event has", "type", "meaning"],
      [code("time"), "string", "RFC 3339, in UTC"],
      [code("level"), "string", "error, warning, info or debug"],
      [code("event"), "string", "its name"],
      [
        code("message"),
        "string",
        "the text of the log; can have several lines",
      ],
    ])
  }

## Overview

${
    markdownTable([
      ["event", "level", "meaning"],
      ...events.map(({ name, levels, doc }) => [
        `[${code(name)}](#${name})`,
        levels.join(", "),
        doc,
      ]),
    ])
  }

${events.map(sectionOf).join("\n\n")}

## A command for every event

${
    prose(
      "`--on-event COMMAND` runs a shell command for every event but those of " +
        "level debug, which `--verbose` adds. `KRAKEND_WATCH_EVENT` is the " +
        "name of the event, and standard input the same JSON object on one " +
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
      "No reload waits for it. It runs for one event at a time and in order, " +
        "for ten seconds at most: then it is killed, with all that it has " +
        "started. Up to 256 events wait; of more, the oldest are dropped. At " +
        "the end it has one second for what remains. If it fails, there is " +
        "one warning.",
    )
  }
`;
}

function sectionOf({ name, doc, fields }: EventType): string {
  const rows = fields.map(({ name, type, isOptional, doc }) => [
    isOptional ? `[${code(name)}]` : code(name),
    type,
    doc,
  ]);
  const table = markdownTable([["field", "type", "meaning"], ...rows]);
  return `### ${name}\n\n${prose(doc)}\n\n${table}`;
}
