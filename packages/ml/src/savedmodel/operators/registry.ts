import type { Operator } from '../operator.ts';
import { activationOperators } from './activation.ts';
import { arithmeticOperators } from './arithmetic.ts';
import { arrayOperators } from './array.ts';
import { controlOperators } from './control.ts';
import { convolutionOperators } from './convolution.ts';
import { conditionOperators } from './condition.ts';
import { imageOperators } from './image.ts';
import { matrixOperators } from './matrix.ts';
import { normalizationOperators } from './normalization.ts';
import { poolingOperators } from './pooling.ts';
import { reductionOperators } from './reduction.ts';
import { shapeOperators } from './shape.ts';

/** Every converted operator by TensorFlow's name. */
export const OPERATORS: ReadonlyMap<string, Operator> = new Map(
  [
    ...controlOperators,
    ...conditionOperators,
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
  ].map((operator) => [operator.op, operator]),
);
