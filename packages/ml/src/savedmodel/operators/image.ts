import { resize } from '../../convert/operations/resize.ts';
import type { ResizeMethod } from '../../convert/operations/resize.ts';
import type { Operator } from '../operator.ts';

const resizing = (op: string, method: ResizeMethod): Operator => ({
  op,
  convert: (call) =>
    resize(call.builder, method, call.tensor(0), call.tensor(1), {
      alignCorners: call.attributes.flag('align_corners'),
      halfPixelCenters: call.attributes.flag('half_pixel_centers'),
    }),
});

export const imageOperators: readonly Operator[] = [
  resizing('ResizeBilinear', 'linear'),
  resizing('ResizeNearestNeighbor', 'nearest'),
  resizing('ResizeBicubic', 'cubic'),
];
