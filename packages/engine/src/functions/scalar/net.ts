import { isIPv4, isIPv6 } from 'node:net';
import type { ScalarFunction } from '@bqml-emulator/catalog';
import { invalidQuery } from '@bqml-emulator/common';
import { BYTES, INT64, STRING } from '@bqml-emulator/types';
import { bytes, int, text } from '../arguments.ts';
import { doc, scalar, signature } from '../definition.ts';

const page = (anchor: string) => doc('net_functions', anchor);

function parseIpv4(address: string): number[] {
  return address.split('.').map(Number);
}

function parseIpv6(address: string): number[] {
  const dotted = /^(.*:)(\d+\.\d+\.\d+\.\d+)$/.exec(address);
  let body = address;
  if (dotted) {
    const [a = 0, b = 0, c = 0, d = 0] = parseIpv4(dotted[2] ?? '');
    body = `${dotted[1]}${((a << 8) | b).toString(16)}:${((c << 8) | d).toString(16)}`;
  }
  const [head = '', tail] = body.split('::');
  const groups = (part: string) => (part === '' ? [] : part.split(':'));
  const front = groups(head);
  const back = tail === undefined ? [] : groups(tail);
  const all = [...front, ...Array<string>(8 - front.length - back.length).fill('0'), ...back];
  return all.flatMap((group) => {
    const value = Number.parseInt(group, 16);
    return [value >> 8, value & 0xff];
  });
}

function parseIp(address: string): Uint8Array | undefined {
  if (isIPv4(address)) return Uint8Array.from(parseIpv4(address));
  return isIPv6(address) && !address.includes('%') ? Uint8Array.from(parseIpv6(address)) : undefined;
}

/** RFC 5952. */
function formatIp(address: Uint8Array, name: string): string {
  if (address.length === 4) return address.join('.');
  if (address.length !== 16) {
    throw invalidQuery(`${name}() encountered a non-IP address of ${address.length} bytes`);
  }
  const groups = Array.from({ length: 8 }, (_, i) => ((address[i * 2] ?? 0) << 8) | (address[i * 2 + 1] ?? 0));
  if (groups.slice(0, 5).every((g) => g === 0) && groups[5] === 0xffff)
    return `::ffff:${address.subarray(12).join('.')}`;
  let best = { start: -1, length: 1 };
  for (let start = 0; start < 8; start++) {
    let length = 0;
    while (start + length < 8 && groups[start + length] === 0) length++;
    if (length > best.length) best = { start, length };
  }
  const hex = groups.map((g) => g.toString(16));
  if (best.start < 0) return hex.join(':');
  return `${hex.slice(0, best.start).join(':')}::${hex.slice(best.start + best.length).join(':')}`;
}

function mask(size: bigint, prefix: bigint, name: string): Uint8Array {
  if (size !== 4n && size !== 16n) throw invalidQuery(`${name}() encountered an invalid output length ${size}`);
  if (prefix < 0n || prefix > size * 8n) throw invalidQuery(`${name}() encountered an invalid prefix length ${prefix}`);
  return Uint8Array.from({ length: Number(size) }, (_, i) => {
    const bits = Math.max(0, Math.min(8, Number(prefix) - i * 8));
    return (0xff << (8 - bits)) & 0xff;
  });
}

/** The host of a URL in the loose form that GoogleSQL reads. */
function host(url: string): string | null {
  const authority = /^\s*(?:[A-Za-z][A-Za-z0-9+.-]*:)?\/\/([^/?#]*)/.exec(url)?.[1] ?? /^\s*([^/?#\s]+)/.exec(url)?.[1];
  if (authority === undefined) return null;
  const withoutUser = authority.slice(authority.lastIndexOf('@') + 1);
  const bracket = /^(\[[^\]]*\])/.exec(withoutUser)?.[1];
  const name = (bracket ?? withoutUser.replace(/:[^:]*$/, '')).trim();
  return name === '' || (!url.includes('//') && !name.includes('.')) ? null : name;
}

export const netFunctions: readonly ScalarFunction[] = [
  scalar('NET.HOST', page('nethost'), [signature([STRING], STRING, (args) => host(text(args, 0)))]),
  scalar('NET.IP_FROM_STRING', page('netip_from_string'), [
    signature([STRING], BYTES, (args) => {
      const address = parseIp(text(args, 0));
      if (!address) throw invalidQuery(`NET.IP_FROM_STRING() encountered an unparseable IP-address: ${text(args, 0)}`);
      return address;
    }),
  ]),
  scalar('NET.SAFE_IP_FROM_STRING', page('netsafe_ip_from_string'), [
    signature([STRING], BYTES, (args) => parseIp(text(args, 0)) ?? null),
  ]),
  scalar('NET.IP_TO_STRING', page('netip_to_string'), [
    signature([BYTES], STRING, (args) => formatIp(bytes(args, 0), 'NET.IP_TO_STRING')),
  ]),
  scalar('NET.IP_NET_MASK', page('netip_net_mask'), [
    signature([INT64, INT64], BYTES, (args) => mask(int(args, 0), int(args, 1), 'NET.IP_NET_MASK')),
  ]),
  scalar('NET.IP_TRUNC', page('netip_trunc'), [
    signature([BYTES, INT64], BYTES, (args) => {
      const bits = mask(BigInt(bytes(args, 0).length), int(args, 1), 'NET.IP_TRUNC');
      return bytes(args, 0).map((byte, i) => byte & (bits[i] ?? 0));
    }),
  ]),
  scalar('NET.IPV4_FROM_INT64', page('netipv4_from_int64'), [
    signature([INT64], BYTES, (args) => {
      const value = int(args, 0);
      if (value < -0x80000000n || value > 0xffffffffn) {
        throw invalidQuery(`NET.IPV4_FROM_INT64() encountered a number out of range: ${value}`);
      }
      return Uint8Array.from({ length: 4 }, (_, i) => Number((value >> BigInt(24 - i * 8)) & 0xffn));
    }),
  ]),
  scalar('NET.IPV4_TO_INT64', page('netipv4_to_int64'), [
    signature([BYTES], INT64, (args) => {
      const address = bytes(args, 0);
      if (address.length !== 4) throw invalidQuery('NET.IPV4_TO_INT64() encountered a non-IPv4 address.');
      return address.reduce((value, byte) => value * 256n + BigInt(byte), 0n);
    }),
  ]),
];
