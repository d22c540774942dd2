import { decodeImageFile, decodingBytes, turboDecoderFor } from './decode/decode-image-file.ts';
import { openSource } from './encoded-source.ts';
import { evaluateStages } from './evaluate-stages.ts';
import type { Block } from './evaluate-stages.ts';
import { formPixels } from './image-form.ts';
import type { ImageForm } from './image-form.ts';
import type { ImageHost } from './image-host.ts';
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
  floats?.buffer instanceof SharedArrayBuffer ? floats : undefined;

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

  const place = await places.acquire(1, signal);
  try {
    const { bytes, header, dimensions } = await openSource(source, options, signal);
    const stages = resolve(dimensions);
    const memory = await host.memory.acquire(decodingBytes(header, options.channels), signal);
    try {
      if (header.format === 'jpeg' && places.held > 1 && turboDecoderFor(header, options)) {
        const rendered = await lanes.tryRender(bytes, { header, stages, form, floats: inSharedMemory(floats) });
        signal?.throwIfAborted();
        if (rendered) return rendered;
      }
      const decoded = await decodeImageFile(bytes, header, host);
      try {
        signal?.throwIfAborted();
        const { height, width, channels } = decoded;
        return evaluate({ height, width, channels, values: decoded.bytes }, stages);
      } finally {
        decoded.release();
      }
    } finally {
      host.memory.release(memory);
    }
  } finally {
    places.release(place);
  }
}
