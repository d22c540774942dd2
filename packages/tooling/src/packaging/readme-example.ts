/** The files of a README's section: code blocks whose first line is a comment with the file's name. */
export function exampleFiles(section: string): ReadonlyMap<string, string> {
  const files = new Map<string, string>();
  for (const [, code = ''] of section.matchAll(/```(?:ts|yaml)\n(.*?)```/gs)) {
    const name = /^(?:\/\/|#) (\S+)\n/.exec(code)?.[1];
    if (name !== undefined) files.set(name, code);
  }
  return files;
}

/** The commands of the section's shell blocks, without comments. */
export const exampleCommands = (section: string): readonly string[] =>
  [...section.matchAll(/```sh\n(.*?)```/gs)]
    .flatMap(([, code = '']) => code.split('\n'))
    .map((line) => line.replace(/\s+#.*$/, '').trim())
    .filter((line) => line !== '');

/** What stands between a heading of the second level and the next one. */
export function readmeSection(readme: string, heading: string): string {
  const start = readme.indexOf(`\n## ${heading}\n`);
  if (start < 0) throw new Error(`README.md has no section ${heading}`);
  const end = readme.indexOf('\n## ', start + 4);
  return readme.slice(start, end < 0 ? undefined : end);
}
