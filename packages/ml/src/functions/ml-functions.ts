import type { FunctionDefinition, ModelRuntime } from '@bqml-emulator/catalog';
import type { ImageHost } from '@bqml-emulator/tensor';
import { imageFunctions } from './image-functions.ts';
import { predictFunction } from './predict-function.ts';

/** The rows that this package adds to the function registry. `images` renders what SQL itself reads of an image. */
export const mlFunctions = (runtime: ModelRuntime, images: ImageHost): readonly FunctionDefinition[] => [
  ...imageFunctions(images),
  predictFunction(runtime),
];
