import { pool } from '../../convert/operations/pooling.ts';
import type { Operator } from '../operator.ts';
import { imageLayout, spatialPart, windowPadding } from './convolution.ts';

const pooling = (op: string, onnx: 'MaxPool' | 'AveragePool'): Operator => ({
  op,
  convert: (call) => {
    const layout = imageLayout(call.attributes);
    // MaxPoolV2 has its window as inputs.
    const kernel = op === 'MaxPoolV2' ? call.numbers(1, 'window sizes') : call.attributes.integers('ksize');
    const strides = op === 'MaxPoolV2' ? call.numbers(2, 'strides') : call.attributes.integers('strides');
    return pool(call.builder, onnx, call.tensor(0), {
      layout,
      kernel: spatialPart(kernel, layout),
      strides: spatialPart(strides, layout),
      padding: windowPadding(call.attributes, layout),
    });
  },
});

export const poolingOperators: readonly Operator[] = [
  pooling('MaxPool', 'MaxPool'),
  pooling('MaxPoolV2', 'MaxPool'),
  pooling('MaxPool3D', 'MaxPool'),
  // Only the values: where the largest stand is not converted.
  pooling('MaxPoolWithArgmax', 'MaxPool'),
  pooling('AvgPool', 'AveragePool'),
  pooling('AvgPool3D', 'AveragePool'),
];
