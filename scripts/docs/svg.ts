/**
 * The colours of pictures, for readers with a dark and with a light background.
 *
 * @module
 */

/** Colours, by the codes that choose them in a terminal; 0 is the text's own. */
export interface Theme {
  readonly background: string;
  readonly border: string;
  readonly colors: Readonly<Record<number, string>>;
}

/** The themes, by the ends of the names of their files. */
export const THEMES: Readonly<Record<"dark" | "light", Theme>> = {
  dark: {
    background: "#0d1117",
    border: "#30363d",
    colors: {
      0: "#e6edf3",
      31: "#ff7b72",
      33: "#e3b341",
      36: "#39c5cf",
      90: "#6e7681",
    },
  },
  light: {
    background: "#ffffff",
    border: "#d1d9e0",
    colors: {
      0: "#1f2328",
      31: "#cf222e",
      33: "#9a6700",
      36: "#1b7c83",
      90: "#8c959f",
    },
  },
};

/** Keeps a text from being read as marks. */
export function escape(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;");
}
