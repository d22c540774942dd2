/** Anonymous columns are `f0_`, `f1_`, ... in a result, counted among themselves. */
export function outputNames(names: readonly (string | undefined)[]): readonly string[] {
  let anonymous = 0;
  return names.map((name) => name ?? `f${anonymous++}_`);
}

/** Names that occur again get `_1`, `_2`, ...; case does not count. */
export function distinctNames(names: readonly string[]): readonly string[] {
  const taken = new Set(names.map((name) => name.toLowerCase()));
  const seen = new Set<string>();
  return names.map((name) => {
    if (!seen.has(name.toLowerCase())) {
      seen.add(name.toLowerCase());
      return name;
    }
    let suffix = 1;
    while (taken.has(`${name}_${suffix}`.toLowerCase())) suffix++;
    taken.add(`${name}_${suffix}`.toLowerCase());
    return `${name}_${suffix}`;
  });
}
