import { decodeImageFile, decodingBytes, turboDecoderFor } from './decode/decode-image-file.ts';
import { readSource } from './encoded-source.ts';
import { evaluateStages } from './evaluate-stages.ts';
import type { Block } from './evaluate-stages.ts';
import { findJpegFrame, pixelDimensions, readImageHeader } from './header/image-header.ts';
import type { ImageFrame } from './header/image-header.ts';
import { formPixels } from './image-form.ts';
import type { ImageForm } from './image-form.ts';
import type { ImageHost } from './image-host.ts';
import { pixelBytesOutside } from './lanes/lane-protocol.ts';
import type { ImageDimensions, ImageReference, Pixels } from './image-reference.ts';
import { resolveStages } from './image-stages.ts';

/** How a computed image is wanted. */
export interface Rendering {
  readonly form: ImageForm;
  /** Called with the image's dimensions before anything is decoded; throws to refuse it. */
  readonly check?: (dimensions: ImageDimensions) => void;
  /** Where the floats of a closing resize may be written; its length is that of the image. The result then holds it. */
  readonly floats?: Float32Array | undefined;
}

const inSharedMemory = (floats: Float32Array | undefined) =>
  floats?.buffer instanceof SharedArrayBuffer ? (floats as Float32Array<SharedArrayBuffer>) : undefined;

/** Computes an image within the host's bounds on concurrent decodes and their memory. */
export async function renderImage(
  image: ImageReference,
  host: ImageHost,
  { form, check, floats }: Rendering,
  signal?: AbortSignal,
): Promise<Pixels> {
  const { options, kernel, lanes, places } = host;
  const { source, operations } = image;
  signal?.throwIfAborted();
  const resolve = (dimensions: ImageDimensions) => {
    const stages = resolveStages(dimensions, operations, options);
    check?.(stages.at(-1)?.output ?? dimensions);
    return stages;
  };
  const evaluate = (block: Block, stages: ReturnType<typeof resolve>) =>
    formPixels(evaluateStages({ source: block, stages, options, kernel }, floats), form);

  if (source.kind === 'pixels') {
    const [height, width, channels] = source.dimensions;
    return evaluate({ height, width, channels, values: source.values }, resolve(source.dimensions));
  }

  const withMemory = async <Result>(frame: ImageFrame, work: () => Promise<Result>) => {
    const memory = await host.memory.acquire(decodingBytes(frame, options.channels), signal);
    try {
      return await work();
    } finally {
      host.memory.release(memory);
    }
  };

  const place = await places.acquire(1, signal);
  try {
    const bytes = await readSource(source, options, signal);
    const frame = options.decodeLanes > 0 && places.held > 1 ? findJpegFrame(bytes, options) : undefined;
    if (frame && turboDecoderFor(frame, options)) {
      // A lane reads the rest of the file itself; nothing is allocated for the pixels of one that is not whole.
      if (pixelBytesOutside(frame, options.channels) > 0) readImageHeader(bytes, options);
      let stages;
      try {
        stages = resolve(pixelDimensions(frame, options));
      } catch (error) {
        // A fault of the file is told before one of its dimensions.
        readImageHeader(bytes, options);
        throw error;
      }
      const work = { frame, stages, form, floats: inSharedMemory(floats) };
      const rendered = await withMemory(frame, () => lanes.tryRender(bytes, work));
      signal?.throwIfAborted();
      if (rendered) return rendered;
    }

    const header = readImageHeader(bytes, options);
    const stages = resolve(pixelDimensions(header, options));
    return await withMemory(header, async () => {
      const decoded = await decodeImageFile(bytes, header, host);
      try {
        signal?.throwIfAborted();
        const { height, width, channels } = decoded;
        return evaluate({ height, width, channels, values: decoded.bytes }, stages);
      } finally {
        decoded.release();
      }
    });
  } finally {
    places.release(place);
  }
}
