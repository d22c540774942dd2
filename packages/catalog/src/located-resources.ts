/** The name of a resource that lies in a location and in no dataset; `location` is compared without case. */
export interface LocatedName {
  readonly projectId: string;
  readonly location: string;
  readonly id: string;
}

/** Resources of one kind, durable at once. Lists are in byte order of the id. */
export interface LocatedResources<T> {
  get(name: LocatedName): T | undefined;
  /** Undefined location: all of them. */
  list(projectId: string, location: string | undefined): readonly T[];
  /** False when the name is taken. */
  create(name: LocatedName, resource: T): boolean;
  /** False when it is not there. */
  update(name: LocatedName, resource: T): boolean;
  /** False when it is not there. */
  delete(name: LocatedName): boolean;
}
