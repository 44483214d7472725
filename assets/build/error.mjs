// The error that the asset build shows to a person: what is wrong, then what to do about it.
// Anything else that is thrown is a defect of the build itself and keeps its stack.
export class BuildError extends Error {
  /** @param {string} message lower case, no full stop  @param {string} [hint] the next step */
  constructor(message, hint) {
    super(message);
    this.name = "BuildError";
    this.hint = hint;
  }

  /** The lines for a terminal. */
  report() {
    return `error: ${this.message}\n${this.hint ? `\nhint: ${this.hint}\n` : ""}`;
  }
}

/** The error for what esbuild found: its first complaint with the place of it, and the number of the others. */
export function bundleError(what, messages) {
  const [first] = messages;
  const at = first?.location ? `${first.location.file}:${first.location.line}:${first.location.column + 1}: ` : "";
  const more = messages.length > 1 ? ` (and ${messages.length - 1} more)` : "";
  return new BuildError(`${what} does not bundle: ${at}${first?.text ?? "unknown cause"}${more}`);
}
