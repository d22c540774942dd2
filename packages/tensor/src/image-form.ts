import type { Block } from './evaluate-stages.ts';
import type { Pixels } from './image-reference.ts';
import { BYTE_TO_DOUBLE } from './kernels/byte-to-float.ts';

/** What a computed image is read as: `values` are the numbers of SQL, `pixels` leaves decoded bytes as they are. */
export type ImageForm = 'values' | 'pixels';

/** The block as values of its own: a block of bytes may lie in a longer buffer, which is used again. */
export function formPixels({ height, width, channels, values }: Block, form: ImageForm): Pixels {
  const dimensions = [height, width, channels] as const;
  if (!(values instanceof Uint8Array)) return { dimensions, values };
  const length = height * width * channels;
  if (form === 'pixels') return { dimensions, values: new Uint8Array(values.subarray(0, length)) };
  const doubles = new Float64Array(length);
  for (let i = 0; i < length; i += 1) doubles[i] = BYTE_TO_DOUBLE[values[i]!]!;
  return { dimensions, values: doubles };
}
