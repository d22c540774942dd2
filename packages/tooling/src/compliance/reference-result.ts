/** A type of either side; `element` and `fields` as in SQL. */
export interface ResultType {
  readonly kind: string;
  readonly element?: ResultType | undefined;
  readonly fields?: readonly { readonly name: string | undefined; readonly type: ResultType }[];
}

/** Elements of an array, or rows. */
export interface ResultList {
  readonly elements: readonly ResultValue[];
  /** The reference does not say in which order they come. */
  readonly unordered: boolean;
}

/** Numbers that are compared within a tolerance, parsed JSON, texts of all other scalars, fields of a STRUCT. */
export type ResultValue = null | number | string | { readonly json: unknown } | readonly ResultValue[] | ResultList;

export interface ReferenceResult {
  readonly row: ResultType;
  readonly rows: ResultList;
}

const NAMES: Readonly<Record<string, string>> = { DOUBLE: 'FLOAT64', BOOLEAN: 'BOOL' };
const ESCAPES: Readonly<Record<string, string>> = { n: '\n', r: '\r', t: '\t', a: '\x07', b: '\b', f: '\f', v: '\v' };

/** Reads `ARRAY<STRUCT<a INT64, STRING>>[known order:{1, "x"}, {2, NULL}]`. An ARRAY shows its type at its value. */
export function readReferenceResult(text: string): ReferenceResult {
  return new ReferenceReader(text.replace(/^(?:#.*\n)+/, '')).result();
}

class ReferenceReader {
  private readonly text: string;
  private at = 0;

  constructor(text: string) {
    this.text = text;
  }

  result(): ReferenceResult {
    const type = this.type();
    const row = type.element;
    if (type.kind !== 'ARRAY' || row === undefined) throw new Error('the reference result is not a table');
    const found: ResultType[] = [];
    const rows = this.list(row, found);
    const first = found[0] ?? row;
    if (row.kind === 'STRUCT') return { row: first, rows };
    // SELECT AS VALUE: BigQuery answers with one column.
    return {
      row: { kind: 'STRUCT', fields: [{ name: undefined, type: first }] },
      rows: { ...rows, elements: rows.elements.map((value) => [value]) },
    };
  }

  private skip(): void {
    while (/\s/.test(this.text[this.at] ?? '')) this.at++;
  }

  private take(expected: string): boolean {
    this.skip();
    if (!this.text.startsWith(expected, this.at)) return false;
    this.at += expected.length;
    return true;
  }

  private need(expected: string): void {
    if (!this.take(expected)) throw new Error(`expected ${expected} at ${this.text.slice(this.at, this.at + 30)}`);
  }

  private word(): string {
    this.skip();
    const word = /^[A-Za-z_$][\w.$]*/.exec(this.text.slice(this.at, this.at + 200))?.[0] ?? '';
    this.at += word.length;
    return word;
  }

  private type(): ResultType {
    return this.typeNamed(this.word());
  }

  private typeNamed(name: string): ResultType {
    const kind = NAMES[name] ?? name;
    if (!this.take('<')) return { kind };
    if (this.take('>')) return kind === 'STRUCT' ? { kind, fields: [] } : { kind };
    if (kind === 'STRUCT') {
      const fields = [];
      do {
        const words: string[] = [];
        for (let word = this.word(); word !== ''; word = this.word()) words.push(word);
        // A name may have spaces.
        const type = this.typeNamed(words.pop() ?? '');
        fields.push({ name: words.length === 0 ? undefined : words.join(' '), type });
      } while (this.take(','));
      this.need('>');
      return { kind, fields };
    }
    const element = this.type();
    this.need('>');
    return { kind, element };
  }

  /** `types` gets the type of each element with the types of arrays inside filled in. */
  private list(element: ResultType, types: ResultType[]): ResultList {
    this.need('[');
    const unordered = this.take('unknown order:');
    if (!unordered) this.take('known order:');
    const elements: ResultValue[] = [];
    if (this.take(']')) return { elements, unordered };
    do {
      const [value, type] = this.value(element);
      elements.push(value);
      types.push(type);
    } while (this.take(','));
    this.need(']');
    return { elements, unordered };
  }

  private value(type: ResultType): readonly [ResultValue, ResultType] {
    this.skip();
    if (/^NULL(?=\s*[,}\])])/.test(this.text.slice(this.at, this.at + 60))) {
      this.at += 4;
      return [null, type];
    }
    if (type.kind === 'ARRAY') return this.array(type);
    if (type.kind === 'STRUCT') {
      this.need('{');
      const values: ResultValue[] = [];
      const fields = (type.fields ?? []).map((field, i) => {
        if (i > 0) this.need(',');
        const [value, inner] = this.value(field.type);
        values.push(value);
        return { name: field.name, type: inner };
      });
      this.need('}');
      return [values, { kind: 'STRUCT', fields }];
    }
    return [this.scalar(type.kind), type];
  }

  private array(type: ResultType): readonly [ResultValue, ResultType] {
    const written = this.text.startsWith('ARRAY<', this.at) ? this.type() : type;
    if (this.take('(NULL)')) return [null, written];
    const element = written.element ?? { kind: '' };
    const types: ResultType[] = [];
    const list = this.list(element, types);
    return [list, { kind: 'ARRAY', element: types[0] ?? element }];
  }

  private scalar(kind: string): ResultValue {
    switch (kind) {
      case 'STRING':
        return this.quoted();
      case 'BYTES':
        this.need('b');
        return Buffer.from(this.quoted(), 'latin1').toString('base64');
      case 'JSON':
        return { json: JSON.parse(this.balanced()) as unknown };
      case 'RANGE': {
        const start = this.at;
        this.at = this.text.indexOf(')', start) + 1;
        const text = this.text.slice(start, this.at).replaceAll(/\s+/g, ' ');
        return text.replaceAll('[ ', '[').replaceAll(' )', ')').replaceAll('NULL', 'UNBOUNDED');
      }
      case 'FLOAT64': {
        const text = this.balanced();
        return text === 'nan' ? NaN : text === 'inf' ? Infinity : text === '-inf' ? -Infinity : Number(text);
      }
      default:
        return this.balanced();
    }
  }

  /** Up to the end of the field or element that starts here. */
  private balanced(): string {
    const start = this.at;
    let depth = 0;
    for (; this.at < this.text.length; this.at++) {
      const c = this.text[this.at] ?? '';
      if (c === '"') {
        this.quoted();
        this.at--;
      } else if ('{[('.includes(c)) depth++;
      else if (depth === 0 && ',}])'.includes(c)) break;
      else if ('}])'.includes(c)) depth--;
    }
    return this.text.slice(start, this.at).trim();
  }

  private quoted(): string {
    const quote = this.text[this.at++] ?? '';
    let value = '';
    for (;;) {
      const c = this.text[this.at++];
      if (c === undefined) throw new Error('a text of the reference result does not end');
      if (c === quote) return value;
      if (c !== '\\') {
        value += c;
        continue;
      }
      const escape = this.text[this.at++] ?? '';
      const digits = { x: 2, u: 4, U: 8 }[escape];
      if (digits === undefined) {
        value += ESCAPES[escape] ?? escape;
      } else {
        value += String.fromCodePoint(Number.parseInt(this.text.slice(this.at, this.at + digits), 16));
        this.at += digits;
      }
    }
  }
}
