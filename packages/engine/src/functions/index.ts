import type { FunctionDefinition } from '@bqml-emulator/catalog';
import { analyticFunctions } from './aggregate/analytic.ts';
import { approximateAggregates } from './aggregate/approximate.ts';
import { basicAggregates } from './aggregate/basic.ts';
import { statisticalAggregates } from './aggregate/statistics.ts';
import { arithmeticFunctions } from './scalar/arithmetic.ts';
import { arrayFunctions } from './scalar/array.ts';
import { bitFunctions } from './scalar/bit.ts';
import { comparisonFunctions } from './scalar/comparison.ts';
import { conversionFunctions } from './scalar/conversion.ts';
import { dateFunctions } from './scalar/date.ts';
import { datetimeFunctions } from './scalar/datetime.ts';
import { extractFunctions } from './scalar/extract.ts';
import { intervalFunctions } from './scalar/interval.ts';
import { rangeFunctions } from './scalar/range.ts';
import { timeBucketFunctions } from './scalar/time-bucket.ts';
import { timestampFunctions } from './scalar/timestamp.ts';
import { formatFunctions } from './scalar/format.ts';
import { jsonConvertFunctions } from './scalar/json-convert.ts';
import { jsonExtractFunctions } from './scalar/json-extract.ts';
import { jsonModifyFunctions } from './scalar/json-modify.ts';
import { netFunctions } from './scalar/net.ts';
import { utilityFunctions } from './scalar/utility.ts';
import { geographyFunctions } from './scalar/geography.ts';
import { encodingFunctions } from './scalar/encoding.ts';
import { hashFunctions } from './scalar/hash.ts';
import { likeFunctions } from './scalar/like.ts';
import { mathFunctions } from './scalar/math.ts';
import { regexpFunctions } from './scalar/regexp.ts';
import { stringFunctions } from './scalar/string.ts';
import { externalObjectTransform } from './table/external-object-transform.ts';
import { rangeSessionize } from './table/range-sessionize.ts';

export { externalObjectTransform };
export { FunctionRegistry } from './registry.ts';

/** GoogleSQL's own functions and operators. */
export const builtinFunctions: readonly FunctionDefinition[] = [
  ...arithmeticFunctions,
  ...comparisonFunctions,
  ...likeFunctions,
  ...bitFunctions,
  ...mathFunctions,
  ...stringFunctions,
  ...regexpFunctions,
  ...encodingFunctions,
  ...hashFunctions,
  ...conversionFunctions,
  ...arrayFunctions,
  ...dateFunctions,
  ...datetimeFunctions,
  ...extractFunctions,
  ...intervalFunctions,
  ...rangeFunctions,
  ...timeBucketFunctions,
  ...timestampFunctions,
  ...formatFunctions,
  ...jsonConvertFunctions,
  ...jsonExtractFunctions,
  ...jsonModifyFunctions,
  ...netFunctions,
  ...utilityFunctions,
  ...geographyFunctions,
  ...basicAggregates,
  ...statisticalAggregates,
  ...approximateAggregates,
  ...analyticFunctions,
  rangeSessionize,
];
