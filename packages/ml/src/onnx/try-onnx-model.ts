import { InferenceSession, env } from 'onnxruntime-node';
import type { ModelSpec } from '../model-spec.ts';
import { SESSION_OPTIONS } from '../session-options.ts';

/** Loads the model as prediction will; the runtime's own reason when it refuses it. */
export async function tryOnnxModel(path: string, spec: ModelSpec): Promise<string | undefined> {
  env.logLevel = 'error';
  let session: InferenceSession;
  try {
    session = await InferenceSession.create(path, SESSION_OPTIONS);
  } catch (error) {
    return reason(error, path);
  }
  // A file that two parsers read in two ways is not trusted.
  const agree =
    sameNames(
      session.inputNames,
      spec.inputs.map(({ name }) => name),
    ) &&
    sameNames(
      session.outputNames,
      spec.outputs.map(({ name }) => name),
    );
  await session.release();
  return agree ? undefined : 'its inputs and outputs are ambiguous';
}

const sameNames = (a: readonly string[], b: readonly string[]) =>
  a.length === b.length && a.every((name, i) => name === b[i]);

/** The runtime's message, without the path of our copy and its closing full stop. */
function reason(error: unknown, path: string): string {
  const message = error instanceof Error ? error.message : String(error);
  return message.replaceAll(path, 'the model').trim().replace(/\.$/, '');
}
