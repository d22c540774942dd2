import { datasetNotFound, invalid } from '@bqml-emulator/common';
import type { DatasetReference, ModelReference, TableReference } from '@bqml-emulator/common';
import type * as sql from '@bqml-emulator/sql';
import type { Analysis } from './analysis.ts';

/**
 * The parts of a resource's name. A quoted `p.d.t` is split here; the project of a domain (`example.com:p`) keeps its
 * dots.
 */
const partsOf = (path: sql.PathExpression): readonly string[] => partsOfText(path.names.map((n) => n.name).join('.'));

function partsOfText(text: string): readonly string[] {
  const colon = text.indexOf(':');
  if (colon < 0) return text.split('.');
  const [project = '', ...rest] = text.slice(colon + 1).split('.');
  return [`${text.slice(0, colon)}:${project}`, ...rest];
}

/** The last part, which is the default alias. */
export function lastPart(path: sql.PathExpression): string {
  return partsOf(path).at(-1) ?? '';
}

/** `parts`: the whole name, which is where BigQuery locates the error. */
function checkDatasetId(datasetId: string, parts: readonly string[]): void {
  if (/^[\w-]{1,1024}$/.test(datasetId)) return;
  throw invalid(
    `Invalid dataset ID "${datasetId}". Dataset IDs must be alphanumeric (plus underscores and dashes) and must be at most 1024 characters long.`,
    parts.join('.'),
  );
}

export function datasetReference(analysis: Analysis, path: sql.PathExpression): DatasetReference {
  const [first = '', second, third] = partsOf(path);
  if (third !== undefined) throw analysis.error(path, `Invalid dataset name: ${partsOf(path).join('.')}`);
  const projectId = second === undefined ? analysis.context.projectId : first;
  const datasetId = second ?? first;
  checkDatasetId(datasetId, partsOf(path));
  return { projectId, datasetId };
}

/** `[[project.]dataset.]name`. */
function qualified(
  analysis: Analysis,
  path: sql.SourceRange,
  parts: readonly string[],
  noun: string,
): DatasetReference & { readonly name: string } {
  const information = parts.findIndex((p) => p.toUpperCase() === 'INFORMATION_SCHEMA');
  if (information >= 0) throw analysis.notImplemented(path, 'INFORMATION_SCHEMA');
  const [name = '', datasetId, projectId = analysis.context.projectId, extra] = [...parts].reverse();
  if (extra !== undefined) throw analysis.error(path, `Invalid ${noun.toLowerCase()} name: ${parts.join('.')}`);
  if (datasetId === undefined) {
    const { defaultDataset } = analysis.context;
    if (defaultDataset) return { ...defaultDataset, name };
    throw invalid(`${noun} "${name}" must be qualified with a dataset (e.g. dataset.${noun.toLowerCase()}).`);
  }
  checkDatasetId(datasetId, parts);
  return { projectId, datasetId, name };
}

export function tableReference(analysis: Analysis, path: sql.PathExpression): TableReference {
  const { name, projectId, datasetId } = qualified(analysis, path, partsOf(path), 'Table');
  if (name.endsWith('*')) throw analysis.notImplemented(path, 'wildcard table');
  return { projectId, datasetId, tableId: name };
}

/** A table that a string names. */
export function tableReferenceOf(analysis: Analysis, node: sql.SourceRange, text: string): TableReference {
  const { name, projectId, datasetId } = qualified(analysis, node, partsOfText(text), 'Table');
  return { projectId, datasetId, tableId: name };
}

export function modelReference(analysis: Analysis, path: sql.PathExpression): ModelReference {
  const { name, projectId, datasetId } = qualified(analysis, path, partsOf(path), 'Model');
  return { projectId, datasetId, modelId: name };
}

/** A dataset that a query names has to be there, in the location where the query runs. */
export function requireDataset(analysis: Analysis, reference: DatasetReference): void {
  const { catalog, location } = analysis.context;
  const dataset = catalog.getDataset(reference);
  if (dataset && sameLocation(dataset.location, location)) return;
  throw datasetNotFound(reference, location);
}

export const sameLocation = (a: string, b: string): boolean => a.toLowerCase() === b.toLowerCase();
