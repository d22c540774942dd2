import { InferenceSession, Tensor, env } from 'onnxruntime-node';
import { SESSION_OPTIONS } from '../session-options.ts';
import { fromHalf, toHalf } from './half-float.ts';
import type { ModelSession } from './model-session.ts';
import type { OutputTensor, TensorData } from './predict-protocol.ts';
import type { PreparedTensor } from './prepared-run.ts';

env.logLevel = 'error';

/** A model in ONNX Runtime. */
export class OnnxSession implements ModelSession {
  takesBatches = true;
  readonly #session: InferenceSession;

  private constructor(session: InferenceSession) {
    this.#session = session;
  }

  static async open(path: string): Promise<OnnxSession> {
    return new OnnxSession(await InferenceSession.create(path, SESSION_OPTIONS));
  }

  async run(inputs: readonly PreparedTensor[], outputs: readonly string[]): Promise<OutputTensor[]> {
    const feeds: Record<string, Tensor> = {};
    for (const input of inputs) feeds[input.name] = createTensor(input);
    const results = await this.#session.run(feeds, outputs);
    return outputs.map((name) => {
      const tensor = results[name];
      if (tensor === undefined) throw new Error(`output '${name}' is missing`);
      return { dims: tensor.dims, data: outputData(tensor) };
    });
  }

  release(): Promise<void> {
    return this.#session.release();
  }
}

function createTensor({ dtype, dims, data }: PreparedTensor): Tensor {
  if (dtype !== 'float16') return new Tensor(dtype, data as Tensor.DataTypeMap[typeof dtype], dims);
  // Where JavaScript has Float16Array the constructor makes one, which the native side reads as empty.
  const bits = new Tensor('uint16', toHalf(data as Float32Array), dims);
  return Object.defineProperty(bits, 'type', { value: 'float16' });
}

/** The runtime gives float16 as Float16Array where JavaScript has it, else as the raw 16 bits. */
function outputData(tensor: Tensor): TensorData {
  if (tensor.type !== 'float16') return tensor.data as TensorData;
  const halves: unknown = tensor.data;
  return halves instanceof Uint16Array ? fromHalf(halves) : Float32Array.from(halves as ArrayLike<number>);
}
