import type { Node, NodeKind, NodeOfKind } from './ast/index.ts';
import { children } from './ast/children.ts';

/** What to call for the kinds of interest. `false` from `enter` leaves out what is below the node. */
export type Visitor = {
  readonly [K in NodeKind]?: (node: NodeOfKind<K>) => boolean | void;
};

/** Calls the visitor for every node, each before its children, in the order of the text. */
export function visit(root: Node, visitor: Visitor): void {
  const pending: Node[] = [root];
  for (let node = pending.pop(); node; node = pending.pop()) {
    const enter = visitor[node.kind] as ((node: Node) => boolean | void) | undefined;
    if (enter?.(node) === false) continue;
    const below = children(node);
    for (let index = below.length - 1; index >= 0; index--) {
      const child = below[index];
      if (child) pending.push(child);
    }
  }
}
