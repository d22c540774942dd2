import type { BoundTableFunction, TableFunction, TableFunctionArgument, UrlSigner } from '@bqml-emulator/catalog';
import { invalidQuery } from '@bqml-emulator/common';
import { STRING } from '@bqml-emulator/types';
import type { Batch, Value } from '@bqml-emulator/types';
import { doc } from '../definition.ts';

const NAME = 'EXTERNAL_OBJECT_TRANSFORM';
const SIGNED_URL = 'SIGNED_URL';

/** The columns of an object table and `signed_url`. */
export const externalObjectTransform = (signer: UrlSigner): TableFunction => ({
  kind: 'table',
  name: NAME,
  bind: (args) => bind(args, signer),
  docUrl: doc('table-functions-built-in', 'external_object_transform'),
});

function bind(
  [relation, transforms, surplus]: readonly TableFunctionArgument[],
  signer: UrlSigner,
): BoundTableFunction {
  if (relation?.kind !== 'relation' || !relation.objectTable) {
    throw invalidQuery(`The first argument of ${NAME} must be an object table`, relation?.position);
  }
  if (transforms?.kind !== 'scalar' || surplus !== undefined) {
    throw invalidQuery(`${NAME} takes an object table and an array of transform types`, surplus?.position);
  }
  const types = Array.isArray(transforms.value) ? transforms.value : [];
  if (types.length !== 1 || types[0] !== SIGNED_URL) {
    throw invalidQuery(`The only transform type of ${NAME} is ['${SIGNED_URL}']`, transforms.position);
  }
  return {
    columns: [
      ...relation.columns.map((column, index) => ({ ...column, passThrough: index })),
      { name: 'signed_url', type: STRING, lazy: false, passThrough: undefined },
    ],
    inputColumns: [relation.columns.findIndex((column) => column.name === 'uri')],
    open: (batches) => sign(batches, signer),
  };
}

async function* sign(batches: AsyncIterable<Batch>, signer: UrlSigner): AsyncIterable<Batch> {
  for await (const { rowCount, columns } of batches) {
    const values = (columns[0]?.values ?? []).map((uri) => signedUrl(uri, signer));
    yield { rowCount, columns: [{ type: STRING, values }] };
  }
}

function signedUrl(uri: Value, signer: UrlSigner): Value {
  const parts = typeof uri === 'string' ? /^gs:\/\/([^/]+)\/(.*)$/s.exec(uri) : null;
  return parts ? signer.sign(parts[1] ?? '', parts[2] ?? '') : null;
}
