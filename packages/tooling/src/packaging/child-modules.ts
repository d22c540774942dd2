import path from 'node:path';
import type { Plugin } from 'rolldown';

/** A module that is started as a process or a thread of its own. */
const CHILD_MODULE = /new URL\(\s*'(\.\.?\/[^']+)\.ts',\s*import\.meta\.url,?\s*\)/g;

/**
 * Bundles what is started from `new URL('./x.ts', import.meta.url)` as an entry of its own, `x.js` beside the code that
 * starts it. Two child modules may not have the same file name.
 */
export function childModules(): Plugin {
  const bundled = new Map<string, string>();
  return {
    name: 'child-modules',
    transform(code, id) {
      if (!CHILD_MODULE.test(code)) return undefined;
      return code.replaceAll(CHILD_MODULE, (_match, specifier: string) => {
        const module = path.resolve(path.dirname(id), `${specifier}.ts`);
        const fileName = `${path.basename(specifier)}.js`;
        const other = bundled.get(fileName);
        if (other !== undefined && other !== module) this.error(`${other} and ${module} are both ${fileName}`);
        if (other === undefined) this.emitFile({ type: 'chunk', id: module, fileName });
        bundled.set(fileName, module);
        return `new URL('./${fileName}', import.meta.url)`;
      });
    },
  };
}
