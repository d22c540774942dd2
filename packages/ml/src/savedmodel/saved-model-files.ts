import { closeSync, openSync, readSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { malformed } from '../convert/conversion-error.ts';

/** The files of a SavedModel, by paths with `/` below its directory. Reading blocks: conversion has its own process. */
export interface SavedModelFiles {
  /** Undefined when there is no such file. */
  size(path: string): number | undefined;
  read(path: string): Uint8Array;
  /** Exactly `length` bytes at `offset`. */
  readRange(path: string, offset: number, length: number): Uint8Array;
}

export class DirectoryFiles implements SavedModelFiles {
  readonly #directory: string;

  constructor(directory: string) {
    this.#directory = directory;
  }

  size(path: string): number | undefined {
    return statSync(join(this.#directory, path), { throwIfNoEntry: false })?.size;
  }

  read(path: string): Uint8Array {
    return readFileSync(join(this.#directory, path));
  }

  readRange(path: string, offset: number, length: number): Uint8Array {
    const file = openSync(join(this.#directory, path), 'r');
    try {
      const bytes = new Uint8Array(length);
      let filled = 0;
      while (filled < length) {
        const count = readSync(file, bytes, filled, length - filled, offset + filled);
        if (count === 0) throw malformed(`${path} ends before byte ${offset + length}`);
        filled += count;
      }
      return bytes;
    } finally {
      closeSync(file);
    }
  }
}
