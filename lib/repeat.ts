/**
 * `krakend check` and its like, again at every change.
 *
 *     files ─▶ Watcher ─snapshot▶ Debounce ─quiet▶ runCheck ─checked▶ report
 *                 ▲ inputs                                      │
 *                 └─────────────── the loop ────────────────────┘
 *
 * @module
 */

import type { Asked } from "./control.ts";
import { attempt, messageOf } from "./errors.ts";
import { type Check, runCheck } from "./krakend/check.ts";
import { formatOf, parseConfig, withVariables } from "./krakend/config.ts";
import {
  explain,
  explainImpossible,
  explainTemplate,
  readComplaint,
  redactOutput,
} from "./krakend/diagnose.ts";
import type { Explanation } from "./krakend/frame.ts";
import {
  compilingEnvironment,
  filesIn,
  type Gateway,
  isFlexible,
  subjectOf,
} from "./krakend/generation.ts";
import { flexibleInputs, inputsOf, type NamedInput } from "./krakend/inputs.ts";
import { reasonText } from "./event.ts";
import { Mailbox } from "./mailbox.ts";
import { isPrivate } from "./private_folder.ts";
import { redactListing, visibleLines } from "./redact.ts";
import type { Report } from "./report.ts";
import { backoffMs, type Session } from "./session.ts";
import { Debounce, Timer } from "./timer.ts";
import type { Snapshot } from "./watch/snapshot.ts";

/** A check, and what it is about. */
export interface Checked {
  readonly check: Check;
  /** What it has printed, without values that may be secret. */
  readonly words: string;
  /** Why it failed, or why a template did of a file that KrakenD then reads as it stands. */
  readonly explanation?: Explanation | undefined;
  /** What the configuration names; undefined if that cannot be known. */
  readonly named?: readonly NamedInput[];
}

type Message =
  | { readonly kind: "snapshot"; readonly snapshot: Snapshot }
  | { readonly kind: "quiet" }
  | {
    readonly kind: "checked";
    readonly checked: Checked;
    readonly signal: AbortSignal;
  }
  | { readonly kind: "asked"; readonly asked: Asked };

/**
 * Repeats a check until a signal ends it.
 *
 * @param tested The plugins that are tested instead of a configuration.
 * @param print Writes the output of the command.
 * @returns The exit code.
 */
export async function repeatCheck(
  gateway: Gateway,
  session: Session,
  tested: readonly NamedInput[],
  print: (text: string) => void,
): Promise<number> {
  const { options, report, watched } = session;
  const mailbox = new Mailbox<Message>();
  await using watcher = session.watch(
    (snapshot) => mailbox.post({ kind: "snapshot", snapshot }),
    watched.with(tested),
  );
  using debounce = new Debounce(
    () => mailbox.post({ kind: "quiet" }),
    Math.max(1_000, 2 * options.settleMs),
  );
  session.listen((asked) => mailbox.post({ kind: "asked", asked }));
  let named: readonly NamedInput[] = tested;
  let running = new AbortController();
  let latest: Snapshot | undefined;
  /** Whether the last check was not reported, as its inputs were not watched yet. */
  let isRepeated = false;
  let changedAt: number | undefined;
  let failures = 0;
  let retryTimer: Timer | undefined;
  let isQuitting = false;

  function start(): void {
    running.abort();
    running = new AbortController();
    const { signal } = running;
    retryTimer?.cancel();
    changedAt ??= performance.now();
    checkOnce(gateway, tested, session.folder?.path, signal)
      .catch((error): Checked => ({
        check: { kind: "impossible", reason: messageOf(error) },
        words: "",
      }))
      .then((checked) => mailbox.post({ kind: "checked", checked, signal }));
  }

  function onChecked({ check, explanation, named: names }: Checked): void {
    if (names && JSON.stringify(names) !== JSON.stringify(named)) {
      // What the last one names is watched, too, until this one passes.
      const kept = check.kind === "accepted" ? [] : named;
      named = names;
      watcher.inputs = watched.with([...names, ...kept]);
      // The snapshot of these repeats it.
      if (!isRepeated) return void (isRepeated = true);
    }
    isRepeated = false;
    if (check.kind === "impossible") {
      const { configFile: config } = gateway;
      const retry_ms = backoffMs(++failures);
      report({ event: "check_failed", config, reason: check.reason, retry_ms });
      retryTimer = new Timer(retry_ms, start);
      return;
    }
    failures = 0;
    const took_ms = performance.now() - (changedAt ?? performance.now());
    changedAt = undefined;
    reportCheck(check, { gateway, explanation, took_ms, report, print });
  }

  function handle(message: Message): void {
    switch (message.kind) {
      case "snapshot": {
        const { digest, inputs } = message.snapshot;
        const isSame = digest === latest?.digest && inputs === latest?.inputs;
        const ms = latest ? options.settleMs : 0;
        latest = message.snapshot;
        // A folder was listed, and nothing in it has changed.
        if (isSame) break;
        running.abort();
        changedAt ??= performance.now();
        debounce.schedule(ms);
        break;
      }
      case "quiet":
        start();
        break;
      case "checked":
        if (!message.signal.aborted) onChecked(message.checked);
        break;
      case "asked":
        isQuitting = ["quit", "kill"].includes(message.asked.command);
        if (latest && !isQuitting) start();
        break;
    }
  }

  for await (const message of mailbox) {
    attempt(() => handle(message));
    if (isQuitting) break;
  }
  running.abort();
  retryTimer?.cancel();
  return 0;
}

/**
 * Runs a check as it was given, and finds out what it is about.
 *
 * @param tested The plugins that are tested instead of a configuration.
 * @param folder A private folder for what flexible configuration makes of the templates.
 */
export async function checkOnce(
  gateway: Gateway,
  tested: readonly NamedInput[],
  folder: string | undefined,
  signal: AbortSignal,
): Promise<Checked> {
  const { configFile, configPath, cwd, env } = gateway;
  const files = filesIn(cwd);
  const output = folder && isFlexible(gateway)
    ? `${folder}/compiled${/\.\w+$/.exec(env["FC_OUT"] ?? "")?.[0] ?? ".json"}`
    : undefined;
  if (output) removeIfThere(output);
  const ran = await runCheck(
    { ...gateway, env: output ? compilingEnvironment(env, output) : env },
    signal,
  );
  if (ran.kind === "impossible") {
    const reason = explainImpossible(ran.reason, env, files);
    return { check: { ...ran, reason }, words: reason };
  }
  const check = {
    ...ran,
    // A check that runs once may have a copy.
    output: [output ?? "", configPath].filter(isPrivate)
      .reduce((it, copy) => it.replaceAll(copy, () => configFile), ran.output),
  };
  if (tested.length > 0) return { check, words: visibleLines(check.output) };
  const compiled = output && files.read(output);
  const given = compiled || files.read(configPath);
  const content = given ?? new Uint8Array();
  const file = compiled && output ? output : configPath;
  const parsed = await parseConfig(content, formatOf(file));
  const config = parsed.kind === "config" ? parsed.config : undefined;
  const named = [
    ...flexibleInputs(configFile, env, files),
    ...inputsOf(withVariables(config, env)),
  ];
  const subject = {
    ...subjectOf(gateway, { file, content, env, isCompiled: !!compiled }),
    copies: [],
    files: {
      ...files,
      read: (path: string) =>
        files.read(path === configFile ? configPath : path),
    },
  };
  // Only KrakenD knows what is wrong with a file that cannot be read.
  const complaint = given
    ? undefined
    : readComplaint(check.output, subject, config);
  const explanation = check.kind === "accepted"
    ? explainTemplate(check.output, subject)
    : complaint
    ? { reason: `krakend: ${complaint.text}` }
    : await explain(check.output, subject);
  const words = check.kind === "refused"
    ? redactOutput(check.output, subject, config)
    : check.output;
  return { check, words, explanation, named };
}

/** Prints what a check has found, a place at the beginning of a line, as editors read it. */
export function reportCheck(
  check: Check & { kind: "accepted" | "refused" },
  { gateway, explanation, took_ms, report, print }: {
    readonly gateway: Gateway;
    readonly explanation: Explanation | undefined;
    readonly took_ms: number;
    readonly report: Report;
    readonly print: (text: string) => void;
  },
): void {
  const command = [gateway.program, ...gateway.args];
  // With -d, krakend lists the whole configuration.
  const isListing = gateway.args.some((arg) =>
    /^(?:-[a-z]*d|--debug)/.test(arg)
  );
  const output = isListing
    ? redactListing(check.output).trim()
    : visibleLines(check.output).trim();
  if (check.kind === "accepted") {
    // What KrakenD prints of a template that fails can quote a value.
    const rest = redactListing(output).replaceAll(/^[… ]+\n/gm, "");
    print(explanation ? `${reasonText(explanation)}\n${rest}` : output);
    return report({ event: "passed", command, took_ms });
  }
  const { reason = output, place, frame } = explanation ?? {};
  print(reasonText({ reason, frame }));
  report({ event: "failed", command, reason, ...place });
}

function removeIfThere(path: string): void {
  try {
    Deno.removeSync(path);
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
}
