import { ServiceError, invalidQuery, notImplemented } from '@bqml-emulator/common';
import { MalformedModelError, UnsupportedConstructError } from '../convert/conversion-error.ts';
import { WireFormatError } from '../protobuf/wire-reader.ts';
import type { GraphNode } from './graph-def.ts';

/** What the user reads about a file that is no sound SavedModel; any other error is given back as it is. */
export function modelError(error: unknown): unknown {
  if (error instanceof ServiceError) return error;
  if (error instanceof UnsupportedConstructError) return notImplemented(`a TensorFlow model with ${error.message}`);
  if (error instanceof MalformedModelError || error instanceof WireFormatError) {
    return invalidQuery(`Invalid TensorFlow model: ${error.message}.`);
  }
  return error;
}

/** The same with the node that could not be converted. */
export function nodeError(error: unknown, node: GraphNode, signature: string): unknown {
  const place = `(node '${node.name}', signature '${signature}')`;
  if (error instanceof UnsupportedConstructError) {
    const construct = error.message === '' ? '' : ` with ${error.message}`;
    return notImplemented(`TensorFlow operator ${node.op}${construct} ${place}`);
  }
  if (error instanceof MalformedModelError || error instanceof WireFormatError) {
    return invalidQuery(`Invalid TensorFlow model: operator ${node.op} ${place}: ${error.message}.`);
  }
  return error;
}
