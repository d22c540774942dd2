import { projectNumber } from '@bqml-emulator/catalog';
import type { Catalog } from '@bqml-emulator/catalog';

/** Names that Google answers hold the project's number, and clients send them back. */
export function resourceProject(catalog: Catalog, idOrNumber: string): string {
  if (!/^\d+$/.test(idOrNumber)) return idOrNumber;
  return catalog.listProjects().find((id) => projectNumber(id) === idOrNumber) ?? idOrNumber;
}
