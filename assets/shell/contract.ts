// The contract of the loader and a remote's module; `assets/README.md` describes it.
// Types alone: nothing of this file is in what browsers load.

/** Why a remote did not come to work, or stopped working. */
export type FailureKind = "import" | "mount" | "timeout" | "contract" | "runtime";

/** What the loader hands to `mount`. */
export interface Context {
  /** Name of the remote, as in `data-remote`. */
  readonly remote: string;
  /** The version that the page was rendered for, and that this module is of. */
  readonly version: string;
  /** Number of the slot contract that the page was rendered to. */
  readonly contract: number;
  /** Aborted when the loader gives the remote up. Listeners registered with it leave nothing behind. */
  readonly signal: AbortSignal;
  /** Reports a failure to the shop's operators. Shows nothing to the shopper and never throws. */
  report(error: unknown): void;
}

/** Takes back everything that `mount` did. */
export type Unmount = () => void;

/** A remote's entry module. */
export interface RemoteModule {
  /** The slot contract that the module was written for; without it, the loader does not compare. */
  readonly contract?: number;
  mount(slot: HTMLElement, context: Context): Unmount | void | Promise<Unmount | void>;
}

/** The page's boot data, in `<script type="application/json" id="boot">`. */
export interface Boot {
  /** Where failures are reported. */
  readonly beacon: string;
  /** Address of the module of the search field's suggestions. */
  readonly suggestions: string;
  /** Milliseconds that a remote has to mount. */
  readonly deadline: number;
  readonly remotes: Readonly<Record<string, { readonly version: string; readonly module: string }>>;
}
