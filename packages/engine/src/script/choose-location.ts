import type { DatasetReference } from '@bqml-emulator/common';
import type { Catalog } from '@bqml-emulator/catalog';
import type { PathExpression, Script } from '@bqml-emulator/sql';

/** The location of the first dataset that a path in the script names; undefined when none does. */
export function chooseLocation(
  script: Script,
  catalog: Catalog,
  projectId: string,
  defaultDataset: DatasetReference | undefined,
): string | undefined {
  const fromDefault = defaultDataset && catalog.getDataset(defaultDataset)?.location;
  if (fromDefault !== undefined) return fromDefault;
  for (const path of pathsOf(script)) {
    for (const reference of datasetsOf(path, projectId)) {
      const dataset = catalog.getDataset(reference);
      if (dataset) return dataset.location;
    }
  }
  return undefined;
}

/** `d`, `d.t`, `p.d` and `p.d.t`: which of them a path is depends on where it stands, so all readings are tried. */
function datasetsOf(path: PathExpression, projectId: string): readonly DatasetReference[] {
  const names = path.names.flatMap((n) => n.name.replace(':', '.').split('.'));
  const [first, second] = names;
  return [
    ...(first === undefined ? [] : [{ projectId, datasetId: first }]),
    ...(first === undefined || second === undefined ? [] : [{ projectId: first, datasetId: second }]),
  ];
}

function* pathsOf(node: unknown): Iterable<PathExpression> {
  if (Array.isArray(node)) {
    for (const item of node) yield* pathsOf(item);
  } else if (typeof node === 'object' && node !== null) {
    if ('kind' in node && node.kind === 'PathExpression') yield node as PathExpression;
    else for (const child of Object.values(node)) yield* pathsOf(child);
  }
}
