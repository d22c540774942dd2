import type { FunctionDefinition, TypePattern } from '@bqml-emulator/catalog';
import { BOOL, BYTES, FLOAT64, INT64, arrayOf, field, structOf } from '@bqml-emulator/types';
import { FunctionRegistry, builtinFunctions } from '../../src/functions/index.ts';

const image = (values: typeof INT64) =>
  structOf([field('dimensions', arrayOf(INT64)), field('values', arrayOf(values))]);
const exact = (type: (TypePattern & { pattern: 'EXACT' })['type']): TypePattern => ({ pattern: 'EXACT', type });

/** Rows of the shape that other packages bring: lazy scalar functions in a namespace, and a table function. */
const outsideFunctions: readonly FunctionDefinition[] = [
  {
    kind: 'scalar',
    name: 'PIC.DECODE',
    signatures: [
      {
        parameters: [{ type: exact(BYTES) }],
        result: exact(image(FLOAT64)),
        nulls: 'propagate',
        lazyResult: true,
        lazyParameters: [0],
      },
    ],
    docUrl: '',
  },
  {
    kind: 'scalar',
    name: 'PIC.RESIZE',
    signatures: [
      {
        parameters: [
          { type: exact(image(FLOAT64)) },
          { type: exact(INT64) },
          { type: exact(INT64) },
          { type: exact(BOOL) },
        ],
        result: exact(image(FLOAT64)),
        nulls: 'propagate',
        lazyResult: true,
        lazyParameters: [0],
      },
    ],
    docUrl: '',
  },
  {
    kind: 'table',
    name: 'PIC.PREDICT',
    docUrl: '',
    bind: (args) => {
      const [model, relation] = args;
      if (model?.kind !== 'model' || relation?.kind !== 'relation') throw new Error('a model and a relation');
      const labels = model.model.labelColumns.map((c) => ({
        name: c.name,
        type: c.type,
        lazy: true,
        passThrough: undefined,
      }));
      return {
        columns: [...labels, ...relation.columns.map((c, i) => ({ ...c, passThrough: i }))],
        inputColumns: [0],
        open: (batches) => batches,
      };
    },
  },
];

export const testFunctions = new FunctionRegistry([...builtinFunctions, ...outsideFunctions]);
