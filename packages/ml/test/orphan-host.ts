/** A process that runs an endless model, tells its children's ids, and waits to be killed; see orphans.test.ts. */
import { FLOAT64 } from '@bqml-emulator/types';
import { asBatches, batchOf, collectRows, column, createTestRuntime } from './fixtures.ts';

const ml = await createTestRuntime();
const model = await ml.importModel('infinite_loop.onnx');
const query = collectRows(ml.runtime.predict(model, asBatches(batchOf(column(FLOAT64, [1])))));
setTimeout(() => process.send?.(ml.runtime.pool.childIds), 700);
await query;
