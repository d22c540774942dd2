import { invalidRequest } from './storage-error.ts';

/**
 * `*` and `?` stop at `/`, `**` does not; `[a-z]`, `[!a-z]` and `{one,other}`; a backslash takes the next as it is.
 * https://cloud.google.com/storage/docs/json_api/v1/objects/list#list-objects-and-prefixes-using-glob
 */
export function globMatcher(glob: string): (name: string) => boolean {
  let source = '';
  let depth = 0;
  for (let i = 0; i < glob.length; i++) {
    const c = glob[i] ?? '';
    const set = c === '[' ? /^\[([!^]?)((?:\\.|[^\]\\])+)\]/s.exec(glob.slice(i)) : null;
    if (c === '*' && glob[i + 1] === '*') {
      // `a/**/b` is also `a/b`.
      const slash = glob[i + 2] === '/' && (i === 0 || glob[i - 1] === '/');
      source += slash ? '(?:.*/)?' : '.*';
      i += slash ? 2 : 1;
    } else if (c === '*') source += '[^/]*';
    else if (c === '?') source += '[^/]';
    else if (set !== null) {
      source += `[${set[1] ? '^/' : ''}${(set[2] ?? '').replaceAll(/[[^]/g, '\\$&')}]`;
      i += set[0].length - 1;
    } else if (c === '{') {
      source += '(?:';
      depth++;
    } else if (c === '}' && depth > 0) {
      source += ')';
      depth--;
    } else if (c === ',' && depth > 0) source += '|';
    else source += escaped(c === '\\' ? (glob[++i] ?? '\\') : c);
  }
  try {
    const pattern = new RegExp(`^${source}$`, 's');
    return (name) => pattern.test(name);
  } catch {
    throw invalidRequest(`Invalid glob: ${glob}`);
  }
}

const escaped = (c: string): string => c.replaceAll(/[\\^$.*+?()[\]{}|/-]/g, '\\$&');
