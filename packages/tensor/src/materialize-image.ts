import { notImplemented } from '@bqml-emulator/common';
import type { ImageHost } from './image-host.ts';
import type { Image, ImageReference } from './image-reference.ts';

/** Computes every value of the image. Rejects with the ServiceError that BigQuery gives, or the signal's reason. */
export async function materializeImage(
  _image: ImageReference,
  _host: ImageHost,
  _signal?: AbortSignal,
): Promise<Image> {
  throw notImplemented('image values');
}
