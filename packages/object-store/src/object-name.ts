/** Folder inside a bucket directory that holds the store's own files and no objects. */
export const RESERVED_FOLDER = '.bqml-emulator';

/** https://cloud.google.com/storage/docs/buckets#naming, but one and two characters are enough here. */
const BUCKET_NAME = /^[a-z0-9](?:[a-z0-9._-]{0,220}[a-z0-9])?$/;

/** https://cloud.google.com/storage/docs/objects#naming */
const MAX_OBJECT_NAME_BYTES = 1024;

export const isBucketName = (name: string): boolean => BUCKET_NAME.test(name) && !name.includes('..');

/** Any object name that Cloud Storage takes. */
export const isObjectName = (name: string): boolean =>
  name.length > 0 &&
  name !== '.' &&
  name !== '..' &&
  Buffer.byteLength(name) <= MAX_OBJECT_NAME_BYTES &&
  !/[\r\n\0]/.test(name) &&
  !name.startsWith('.well-known/acme-challenge/') &&
  name.isWellFormed();

/** What decodes to the characters that make a path climb, in UTF-8 and in its overlong forms. */
const DECODED: Readonly<Record<string, string>> = {
  '2e': '.',
  '2f': '/',
  '5c': '\\',
  '25': '%',
  '00': '\0',
  'c0%ae': '.',
  'c0%af': '/',
  'c1%9c': '\\',
  'e0%80%ae': '.',
  'e0%80%af': '/',
  'e0%81%9c': '\\',
  'f0%80%80%ae': '.',
  'f0%80%80%af': '/',
};

const ENCODED = new RegExp(`%(${Object.keys(DECODED).join('|')})`, 'gi');

const climbs = (name: string) => name.split(/[/\\]/).some((part) => part === '..' || part === '.');

/**
 * True when `name` is one plain path below a directory: no empty part, no `.` or `..`, nothing that a second
 * decoding would turn into one, no backslash and no store-owned folder.
 */
export function isFileName(name: string): boolean {
  if (!isObjectName(name) || name.includes('\\')) return false;
  const parts = name.split('/');
  if (parts.includes('') || parts[0]?.toLowerCase() === RESERVED_FOLDER || climbs(name)) return false;
  for (let encoded = name; ;) {
    const decoded = encoded.replaceAll(ENCODED, (_, code: string) => DECODED[code.toLowerCase()] ?? '');
    if (decoded === encoded) return true;
    if (climbs(decoded) || decoded.includes('\0')) return false;
    encoded = decoded;
  }
}
