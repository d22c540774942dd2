import { unsupported } from '../../convert/conversion-error.ts';
import { normalizeBatch, normalizeLocalResponse } from '../../convert/operations/normalization.ts';
import { results } from '../operator.ts';
import type { Operator } from '../operator.ts';
import { tensorValue } from '../value.ts';
import { imageLayout } from './convolution.ts';

const OUTPUTS = ['y', 'batch_mean', 'batch_variance', 'reserve_space_1', 'reserve_space_2', 'reserve_space_3'];

const batchNormalization = (op: string): Operator => ({
  op,
  outputs: OUTPUTS,
  convert: (call) => {
    if (call.attributes.flag('is_training', true)) throw unsupported('statistics of the batch (training mode)');
    const [scale, offset, mean, variance] = [call.tensor(1), call.tensor(2), call.tensor(3), call.tensor(4)];
    const epsilon = call.attributes.float('epsilon', 1e-4);
    const parameters = { scale, offset, mean, variance, epsilon };
    const y = normalizeBatch(call.builder, call.tensor(0), parameters, imageLayout(call.attributes));
    return results(...[y, mean, variance].map(tensorValue));
  },
});

export const normalizationOperators: readonly Operator[] = [
  batchNormalization('FusedBatchNorm'),
  batchNormalization('FusedBatchNormV2'),
  batchNormalization('FusedBatchNormV3'),
  {
    op: 'LRN',
    convert: (call) =>
      normalizeLocalResponse(call.builder, call.tensor(0), {
        radius: call.attributes.integer('depth_radius', 5),
        bias: call.attributes.float('bias', 1),
        alpha: call.attributes.float('alpha', 1),
        beta: call.attributes.float('beta', 0.5),
      }),
  },
];
