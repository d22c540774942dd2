/** Wrappers that templates put around an aggregate. */
const WRAPPERS: ReadonlySet<string> = new Set(['CAST', 'COALESCE', 'IFNULL', '']);

/** What the engine's window operator runs. */
const WINDOW_FUNCTIONS: ReadonlySet<string> = new Set(
  (
    'row_number rank dense_rank percent_rank cume_dist ntile lag lead first_value last_value nth_value ' +
    'sum avg count count_if min max list string_agg any_value first last arg_max arg_min bool_and bool_or ' +
    'bit_and bit_or bit_xor stddev_samp stddev_pop var_samp var_pop covar_samp covar_pop corr ' +
    'quantile_cont quantile_disc approx_count_distinct product fsum'
  ).split(' '),
);

/**
 * Puts an OVER clause behind the one aggregate call of a template's text, such as `CAST(sum(a0) AS BIGINT)`, or behind
 * each of a CASE; undefined when the text is not of that form.
 */
export function attachOver(text: string, over: string): string | undefined {
  if (text.startsWith('CASE ')) return attachToEach(text, over);
  const call = /^\s*(\w*)\(/.exec(text);
  if (!call) return undefined;
  const name = call[1] ?? '';
  const open = call[0].length - 1;
  const close = closingParenthesis(text, open);
  if (close === undefined) return undefined;
  const rest = text.slice(close + 1);
  if (!WRAPPERS.has(name.toUpperCase())) {
    return WINDOW_FUNCTIONS.has(name.toLowerCase()) && isEnd(rest) ? text + over : undefined;
  }
  if (rest.trim() !== '') return undefined;
  const inner = text.slice(open + 1, close);
  const aggregate = /^\s*\w*\(/.exec(inner);
  const end = aggregate && closingParenthesis(inner, aggregate[0].length - 1);
  if (end === undefined || end === null) return undefined;
  const tail = inner.slice(end + 1);
  if (/[a-z_]\w*\(/.test(tail)) return undefined;
  const attached = attachOver(inner.slice(0, end + 1), over);
  return attached === undefined ? undefined : `${text.slice(0, open + 1)}${attached}${tail})`;
}

function attachToEach(text: string, over: string): string | undefined {
  let attached = '';
  let at = 0;
  for (const call of text.matchAll(/\b(\w+)\(/g)) {
    if (!WINDOW_FUNCTIONS.has(call[1]?.toLowerCase() ?? '')) continue;
    const close = closingParenthesis(text, call.index + call[0].length - 1);
    if (close === undefined) return undefined;
    attached += text.slice(at, close + 1) + over;
    at = close + 1;
  }
  return attached + text.slice(at);
}

/** Nothing more, or the FILTER clause that goes before OVER. */
function isEnd(rest: string): boolean {
  if (rest.trim() === '') return true;
  const filter = /^ FILTER \(/.exec(rest);
  return filter !== null && closingParenthesis(rest, filter[0].length - 1) === rest.length - 1;
}

function closingParenthesis(text: string, open: number): number | undefined {
  let depth = 0;
  let quoted = false;
  for (let i = open; i < text.length; i++) {
    const c = text[i];
    if (c === "'") quoted = !quoted;
    if (quoted) continue;
    if (c === '(') depth++;
    if (c === ')' && --depth === 0) return i;
  }
  return undefined;
}
