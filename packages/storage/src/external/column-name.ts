const MAX_NAME_CHARACTERS = 300;

/** The column that a header names: letters, digits and underscores, no digit first. */
export function columnName(header: string): string {
  const name = header.trim().replaceAll(/[^\p{L}\p{M}\p{N}_]/gu, '_');
  return (/^\p{N}/u.test(name) ? `_${name}` : name).slice(0, MAX_NAME_CHARACTERS);
}

/** Equal names, compared without case, get a number. */
export function distinctNames(names: readonly string[]): readonly string[] {
  const taken = new Set<string>();
  return names.map((name) => {
    let distinct = name;
    for (let n = 1; taken.has(distinct.toLowerCase()); n++) distinct = `${name}_${n}`;
    taken.add(distinct.toLowerCase());
    return distinct;
  });
}
