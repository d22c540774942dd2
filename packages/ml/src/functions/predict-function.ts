import { invalidQuery } from '@bqml-emulator/common';
import type { TextPosition } from '@bqml-emulator/common';
import type { BoundTableFunction, ModelRuntime, TableFunction, TableFunctionArgument } from '@bqml-emulator/catalog';
import { BOOL, FLOAT64, INT64, canCoerce, typeName } from '@bqml-emulator/types';
import type { SqlType } from '@bqml-emulator/types';
import { featureColumn } from '../predict/feature-column.ts';
import { isLazyLabel } from '../predict/label-column.ts';

type ModelArgument = TableFunctionArgument & { readonly kind: 'model' };
type RelationArgument = TableFunctionArgument & { readonly kind: 'relation' };

/** The model's outputs, then every column of the relation. */
export function predictFunction(runtime: ModelRuntime): TableFunction {
  return {
    kind: 'table',
    name: 'ML.PREDICT',
    needsReservation:
      'BigQuery ML inference using imported models and object tables requires a reservation, but no reservations were assigned',
    docUrl: 'https://cloud.google.com/bigquery/docs/reference/standard-sql/bigqueryml-syntax-predict',
    bind: (args) => {
      const [model, relation, options, ...others] = args;
      if (model?.kind !== 'model') throw invalidCall('The first argument must be a MODEL', model?.position);
      if (relation?.kind !== 'relation') {
        throw invalidCall('The second argument must be a TABLE or a query', (relation ?? model).position);
      }
      if (options !== undefined) checkOptions(options);
      const [surplus] = others;
      if (surplus !== undefined) throw invalidCall('It takes at most three arguments', surplus.position);
      return bindPredict(runtime, model, relation);
    },
  };
}

function bindPredict(runtime: ModelRuntime, argument: ModelArgument, relation: RelationArgument): BoundTableFunction {
  const { model } = argument;
  const inputColumns = model.featureColumns.map((feature) => {
    const wanted = feature.name.toLowerCase();
    const index = relation.columns.findIndex(({ name }) => name.toLowerCase() === wanted);
    const column = relation.columns[index];
    if (column === undefined) {
      throw invalidCall(
        `Column ${feature.name} is not found in the input data to the PREDICT function.`,
        argument.position,
      );
    }
    atPosition(argument.position, () => featureColumn(feature, column.type, model.modelType));
    return index;
  });
  return {
    columns: [
      ...model.labelColumns.map((label) => ({
        name: label.name,
        type: label.type,
        lazy: isLazyLabel(label),
        passThrough: undefined,
      })),
      ...relation.columns.map((column, index) => ({ ...column, passThrough: index })),
    ],
    inputColumns,
    open: (batches, signal) => runtime.predict(model, batches, signal),
  };
}

/** The wording of BigQuery's refusals of a table function. */
const invalidCall = (why: string, position: TextPosition | undefined) =>
  invalidQuery(`Invalid table-valued function ML.PREDICT\n${why}`, position);

/** Checks of a column throw without a position. */
function atPosition(position: TextPosition, check: () => void): void {
  try {
    check();
  } catch (error) {
    throw error instanceof Error ? invalidCall(error.message, position) : error;
  }
}

/** Accepted and without effect on imported models, as in BigQuery. */
const OPTIONS: Readonly<Record<string, SqlType>> = {
  threshold: FLOAT64,
  keep_original_columns: BOOL,
  trial_id: INT64,
};

function checkOptions(argument: TableFunctionArgument): void {
  const { position } = argument;
  if (argument.kind !== 'scalar' || argument.type.kind !== 'STRUCT') {
    throw invalidCall('The third argument must be a STRUCT of options', position);
  }
  for (const { name, type } of argument.type.fields) {
    const expected = name === undefined ? undefined : OPTIONS[name.toLowerCase()];
    if (name === undefined || expected === undefined) {
      throw invalidCall(
        `${name ?? 'An option without a name'} is not an option; the options are ${Object.keys(OPTIONS).join(', ')}`,
        position,
      );
    }
    if (!canCoerce(type, expected, { literal: true })) {
      throw invalidCall(`Option ${name} must be ${typeName(expected)}, found ${typeName(type)}`, position);
    }
  }
}
