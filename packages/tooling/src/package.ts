/** `npm run package`: writes the folder that is published to packages/emulator/dist/package and prints its path. */
import path from 'node:path';
import { stagePackage } from './packaging/stage-package.ts';

console.log(await stagePackage(path.resolve(import.meta.dirname, '../../..')));
