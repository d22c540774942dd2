import { decodeImageFile, decodingBytes } from './decode/decode-image-file.ts';
import { openSource } from './encoded-source.ts';
import { evaluateStages } from './evaluate-stages.ts';
import type { Block } from './evaluate-stages.ts';
import type { ImageHost } from './image-host.ts';
import type { ImageDimensions, ImageReference } from './image-reference.ts';
import { resolveStages } from './image-stages.ts';

/** What becomes of a computed image. */
export interface ImageSink<Result> {
  /** Called with the image's dimensions before anything is decoded; throws to refuse it. */
  check?(dimensions: ImageDimensions): void;
  /** Where the floats of a closing resize may be written; its length is that of the image. */
  readonly floats?: Float32Array | undefined;
  /** Called once; the block's buffer is reused when it returns. */
  finish(block: Block): Result;
}

/** Computes an image within the host's bounds on concurrent decodes and their memory. */
export async function renderImage<Result>(
  image: ImageReference,
  host: ImageHost,
  sink: ImageSink<Result>,
  signal?: AbortSignal,
): Promise<Result> {
  const { options, kernel } = host;
  const { source, operations } = image;
  signal?.throwIfAborted();
  const finish = (block: Block, dimensions: ImageDimensions) => {
    const stages = resolveStages(dimensions, operations, options);
    return sink.finish(evaluateStages({ source: block, stages, options, kernel }, sink.floats));
  };
  const check = (dimensions: ImageDimensions) =>
    sink.check?.(resolveStages(dimensions, operations, options).at(-1)?.output ?? dimensions);

  if (source.kind === 'pixels') {
    check(source.dimensions);
    const [height, width, channels] = source.dimensions;
    return finish({ height, width, channels, values: source.values }, source.dimensions);
  }

  const place = await host.places.acquire(1, signal);
  try {
    const { bytes, header, dimensions } = await openSource(source, options, signal);
    check(dimensions);
    const memory = await host.memory.acquire(decodingBytes(header, options.channels), signal);
    try {
      const decoded = await decodeImageFile(bytes, header, host);
      try {
        signal?.throwIfAborted();
        const { height, width, channels } = decoded;
        return finish({ height, width, channels, values: decoded.bytes }, dimensions);
      } finally {
        decoded.release();
      }
    } finally {
      host.memory.release(memory);
    }
  } finally {
    host.places.release(place);
  }
}
