import type { LiteConversion } from '../lite-operator.ts';
import { arithmeticConversions } from './arithmetic.ts';
import { arrayConversions } from './array.ts';
import { convolutionConversions } from './convolution.ts';
import { detectionConversions } from './detection.ts';
import { reductionConversions } from './reduction.ts';

/** Every converted operator by the schema's name; custom ones have `custom ` before theirs. */
export const LITE_OPERATORS: ReadonlyMap<string, LiteConversion> = new Map(
  [
    ...convolutionConversions,
    ...arithmeticConversions,
    ...arrayConversions,
    ...reductionConversions,
    ...detectionConversions,
  ].map((conversion) => [conversion.op, conversion]),
);
