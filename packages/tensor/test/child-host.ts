/** Renders the references that its parent sends and sends the values back. */
import { createImageHost, materializeImage } from '../src/index.ts';
import type { ImageReference } from '../src/index.ts';

const host = createImageHost();
process.on('message', (image: ImageReference) => {
  void materializeImage(image, host).then((result) => process.send?.(result));
});
