import type { ExpectedCell, ExpectedError } from './recording.ts';

/**
 * A document of BigQuery's as steps that run: `tutorials/*.json`. README.md beside this folder describes it. A text of
 * several lines is a list of lines; `${NAME}` is a placeholder that `placeholders` fills.
 */
export interface Tutorial {
  readonly title: string;
  readonly source: string;
  readonly placeholders: Readonly<Record<string, string>>;
  /** Objects that the document presumes: by bucket and object name the fixture file or folder that stands for it. */
  readonly buckets: Readonly<Record<string, Readonly<Record<string, string>>>>;
  /** Tabs of the document that are ways of their own through it; each runs in a project of its own. */
  readonly paths: readonly string[];
  /** Flags that the emulator of a path is started with. */
  readonly flags?: Readonly<Record<string, readonly string[]>>;
  readonly steps: readonly TutorialStep[];
}

export type Text = string | readonly string[];

export interface TutorialStep {
  /** The heading that the step stands under. */
  readonly section: string;
  /** The path, or paths, that the step belongs to; left out: every path. */
  readonly tab?: Text;
  /** The command line as printed, when the step is one; its requests are what runs. */
  readonly command?: Text;
  /** Why nothing is run: the step happens outside the emulator. */
  readonly outside?: string;
  /** What the step still needs. It must be refused as not implemented or not served; an answer is a failure. */
  readonly waits?: string;
  /** A fact about the step that the document does not say. */
  readonly note?: string;
  readonly sql?: Text;
  readonly request?: TutorialRequest;
  readonly expected?: ExpectedAnswer;
}

export interface TutorialRequest {
  readonly method: string;
  readonly path: string;
  readonly body?: unknown;
  /** A fixture that is the body. */
  readonly file?: string;
  readonly contentType?: string;
}

/** Everything that is given must hold. */
export interface ExpectedAnswer {
  readonly error?: ExpectedError['error'];
  /** What BigQuery's console says about the job. */
  readonly message?: string;
  /** Fields by name, type and mode as the REST API names them, in order. */
  readonly schema?: readonly unknown[];
  readonly rows?: readonly (readonly ExpectedCell[])[];
  readonly rowCount?: number;
  readonly tolerance?: number;
  /** The first lines of the result as a document prints it: a line for each array element, the header first. */
  readonly table?: readonly (readonly (string | number)[])[];
  readonly status?: number;
  /** `<*>` matches anything; keys that are not listed are ignored. */
  readonly body?: unknown;
  /** What `bq ls` prints, as the document shows it; runs of blanks and of dashes count as one. */
  readonly output?: readonly string[];
}
