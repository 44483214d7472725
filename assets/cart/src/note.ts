// Changes that a page was left with, for the next page of the shop: several beacons would begin from the same cart, and lose all but one.
// The loader mounts the remote on a page for which there is a note under its name.

/** Address and content of a form. */
export type Left = readonly [address: string, body: string];

interface Note {
  /** Another number for another meaning of a member; other formats are ignored. */
  readonly format: 1;
  /** Milliseconds since 1970. */
  readonly at: number;
  readonly changes: readonly Left[];
}

/** In milliseconds. What was pressed longer ago is no longer expected. */
const OLDEST = 60 * 60 * 1000;

/** Adds changes to those that wait, and returns whether the browser keeps them. */
export function leave(name: string, changes: readonly Left[]): boolean {
  try {
    const note: Note = { format: 1, at: Date.now(), changes: [...read(name), ...changes] };
    localStorage.setItem(name, JSON.stringify(note));
    return true;
  } catch {
    return false;
  }
}

/** Takes the changes that wait, in their order. */
export function take(name: string): readonly Left[] {
  try {
    const changes = read(name);
    localStorage.removeItem(name);
    return changes;
  } catch {
    return [];
  }
}

function read(name: string): readonly Left[] {
  try {
    const { format, at, changes } = JSON.parse(localStorage.getItem(name) ?? "{}") as Partial<Note>;
    return format === 1 && changes && Date.now() - (at ?? 0) < OLDEST ? changes : [];
  } catch {
    return [];
  }
}
