import type { Tensor } from '../convert/tensor.ts';
import type { LiteTensor } from './lite-model.ts';

/**
 * A tensor of a TFLite graph during conversion. Quantized ones are computed as real values between a QuantizeLinear and
 * a DequantizeLinear node, which the runtime fuses into integer kernels.
 */
export interface LiteValue {
  /** Real values of a quantized tensor. */
  readonly tensor: Tensor;
  /** The stored integers of a quantized tensor. */
  readonly stored: Tensor | undefined;
  readonly declared: LiteTensor;
}
