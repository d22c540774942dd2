/** Ends with 7 while threads decode large files. */
import { createImageHost, decodeImage, materializeImage, resizeImage } from '../src/index.ts';
import { softJpeg } from './sample-images.ts';

const host = createImageHost({ decodeLanes: 2 });
const small = resizeImage(decodeImage({ kind: 'bytes', bytes: await softJpeg(40, 50, 1) }), 8, 8, false);
while (host.lanes.counts.idle < 2) await Promise.all(Array.from({ length: 60 }, () => materializeImage(small, host)));
const large = resizeImage(decodeImage({ kind: 'bytes', bytes: await softJpeg(2000, 3000, 2) }), 8, 8, false);
const before = host.lanes.counts.busy;
void materializeImage(large, host);
void materializeImage(large, host);
while (host.lanes.counts.busy < before + 2) await new Promise((resolve) => setImmediate(resolve));
setTimeout(() => process.exit(7), 5);
