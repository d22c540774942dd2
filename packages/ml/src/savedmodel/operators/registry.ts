import type { Operator } from '../operator.ts';
import { activationOperators } from './activation.ts';
import { arithmeticOperators } from './arithmetic.ts';
import { arrayOperators } from './array.ts';
import { controlOperators } from './control.ts';
import { convolutionOperators } from './convolution.ts';
import { conditionOperators } from './condition.ts';
import { detectionOperators } from './detection.ts';
import { imageOperators } from './image.ts';
import { listOperators } from './list.ts';
import { loopOperators } from './loop.ts';
import { matrixOperators } from './matrix.ts';
import { normalizationOperators } from './normalization.ts';
import { poolingOperators } from './pooling.ts';
import { reductionOperators } from './reduction.ts';
import { quantizationOperators } from './quantization.ts';
import { shapeOperators } from './shape.ts';
import { tableOperators } from './table.ts';

/** Every converted operator by TensorFlow's name. */
export const OPERATORS: ReadonlyMap<string, Operator> = new Map(
  [
    ...controlOperators,
    ...conditionOperators,
    ...loopOperators,
    ...listOperators,
    ...tableOperators,
    ...quantizationOperators,
    ...arithmeticOperators,
    ...activationOperators,
    ...convolutionOperators,
    ...poolingOperators,
    ...normalizationOperators,
    ...matrixOperators,
    ...reductionOperators,
    ...shapeOperators,
    ...arrayOperators,
    ...imageOperators,
    ...detectionOperators,
  ].map((operator) => [operator.op, operator]),
);
