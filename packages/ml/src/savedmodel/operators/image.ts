import { unsupported } from '../../convert/conversion-error.ts';
import { ADD, MULTIPLY, SUBTRACT, binary } from '../../convert/operations/elementwise.ts';
import { reduce } from '../../convert/operations/reduction.ts';
import { cropAndResize, resizeArea, scaleAndTranslate } from '../../convert/operations/image-sampling.ts';
import { extractPatches } from '../../convert/operations/patches.ts';
import { resize } from '../../convert/operations/resize.ts';
import type { ResizeMethod } from '../../convert/operations/resize.ts';
import { spatialPart, windowPadding } from './convolution.ts';
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
  {
    op: 'ResizeArea',
    convert: (call) => resizeArea(call.builder, call.tensor(0), call.tensor(1), call.attributes.flag('align_corners')),
  },
  {
    op: 'ScaleAndTranslate',
    convert: (call) =>
      scaleAndTranslate(
        call.builder,
        call.tensor(0),
        call.tensor(1),
        call.numbers(2, 'scales'),
        call.numbers(3, 'translations'),
        call.attributes.text('kernel_type', 'lanczos3'),
        call.attributes.flag('antialias', true),
      ),
  },
  {
    op: 'CropAndResize',
    convert: (call) => {
      const method = call.attributes.text('method', 'bilinear') === 'nearest' ? 'nearest' : 'bilinear';
      const outside = call.attributes.float('extrapolation_value', 0);
      const [x, boxes, images, size] = [call.tensor(0), call.tensor(1), call.tensor(2), call.tensor(3)];
      return cropAndResize(call.builder, x, boxes, images, size, method, outside);
    },
  },
  {
    op: 'AdjustContrastv2',
    convert: (call) => {
      const [g, x] = [call.builder, call.tensor(0)];
      if (x.rank === undefined || x.rank < 3) throw unsupported('images of unknown rank');
      const mean = reduce(g, 'ReduceMean', x, [-3, -2], true);
      return binary(g, ADD, binary(g, MULTIPLY, binary(g, SUBTRACT, x, mean), call.tensor(1)), mean);
    },
  },
  {
    op: 'ExtractImagePatches',
    convert: (call) =>
      extractPatches(call.builder, call.tensor(0), {
        kernel: spatialPart(call.attributes.integers('ksizes'), 'channels-last'),
        strides: spatialPart(call.attributes.integers('strides'), 'channels-last'),
        dilations: spatialPart(call.attributes.integers('rates'), 'channels-last'),
        padding: windowPadding(call.attributes, 'channels-last'),
      }),
  },
];
