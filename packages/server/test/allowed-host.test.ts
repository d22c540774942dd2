import { describe, expect, it } from 'vitest';
import { hostName, isAllowedHost, isAllowedOrigin } from '../src/http/allowed-host.ts';

const none = new Set<string>();

describe('hosts', () => {
  it.each([
    ['localhost:9050', 'localhost'],
    ['[::1]:9050', '::1'],
    ['Example.COM', 'example.com'],
    ['127.0.0.1', '127.0.0.1'],
  ])('%s is the host %s', (header, name) => expect(hostName(header)).toBe(name));

  it.each(['localhost:9050', '127.0.0.1:1', '[::1]:9050', 'emulator.localhost:9050'])('%s may always ask', (header) =>
    expect(isAllowedHost(header, none)).toBe(true),
  );

  it.each(['evil.example', '10.0.0.7:9050', 'localhost.evil.example'])('%s may not', (header) =>
    expect(isAllowedHost(header, none)).toBe(false),
  );

  it('lets a named host in, and any address where the server listens on all', () => {
    expect(isAllowedHost('bqml-emulator:9050', new Set(['bqml-emulator']))).toBe(true);
    expect(isAllowedHost('10.0.0.7:9050', new Set(['0.0.0.0']))).toBe(true);
    expect(isAllowedHost('evil.example', new Set(['0.0.0.0']))).toBe(false);
  });

  it('refuses pages of other origins', () => {
    expect(isAllowedOrigin(undefined, none)).toBe(true);
    expect(isAllowedOrigin('http://localhost:3000', none)).toBe(true);
    expect(isAllowedOrigin('https://evil.example', none)).toBe(false);
    expect(isAllowedOrigin('null', none)).toBe(false);
  });
});
