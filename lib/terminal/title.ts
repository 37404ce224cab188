/**
 * The title of the terminal's window.
 *
 * @module
 */

/** Where titles go. */
export interface TitleSystem {
  /** The standard streams that are terminals. */
  readonly terminals: readonly { writeSync(bytes: Uint8Array): number }[];
  readonly env: Readonly<Record<string, string | undefined>>;
}

// Control sequences of xterm (ctlseqs, "Operating System Commands" and "Window manipulation").
const PUSH = "\x1b[22;0t";
const POP = "\x1b[23;0t";
const setTo = (text: string) => `\x1b]0;${text}\x07`;

/** Shows a text as the title of the window, and gives back the one that was there. */
export class Title implements Disposable {
  readonly #terminal: TitleSystem["terminals"][number] | undefined;
  #text = "";
  #isShown = false;

  /** Does nothing without a terminal, or on one that takes no control sequences. */
  constructor({ terminals, env }: TitleSystem = realTitleSystem()) {
    const isDumb = env["TERM"] === undefined || env["TERM"] === "dumb";
    this.#terminal = isDumb ? undefined : terminals[0];
  }

  /** The text that is the title. */
  get text(): string {
    return this.#text;
  }

  show(text: string): void {
    if (this.#isShown && text === this.#text) return;
    this.#text = text;
    this.#write((this.#isShown ? "" : PUSH) + setTo(text));
    this.#isShown = true;
  }

  /** Shows the last text again, after {@linkcode Title.restore}. */
  showAgain(): void {
    if (this.#text) this.show(this.#text);
  }

  /** Gives back the title that was there; on a terminal that remembers none, an empty one. */
  restore(): void {
    if (this.#isShown) this.#write(setTo("") + POP);
    this.#isShown = false;
  }

  [Symbol.dispose](): void {
    this.restore();
  }

  #write(text: string): void {
    try {
      this.#terminal?.writeSync(new TextEncoder().encode(text));
    } catch {
      // A terminal that has gone has no title.
    }
  }
}

function realTitleSystem(): TitleSystem {
  return {
    terminals: [Deno.stderr, Deno.stdout].filter((it) => it.isTerminal()),
    env: Deno.env.toObject(),
  };
}
