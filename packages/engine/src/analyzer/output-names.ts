/** Anonymous columns are `f0_`, `f1_`, ... in a result, counted among themselves. */
export function outputNames(names: readonly (string | undefined)[]): readonly string[] {
  let anonymous = 0;
  return names.map((name) => name ?? `f${anonymous++}_`);
}
