/** One line of the report. */
export interface Verdict {
  readonly label: string;
  readonly within: boolean;
  readonly detail: string;
}
