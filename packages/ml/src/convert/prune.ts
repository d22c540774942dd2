import type { OnnxGraph, OnnxNode } from '../onnx/write-model.ts';

/** Drops nodes and initializers that no output needs, in subgraphs too. */
export function pruneGraph(graph: OnnxGraph): OnnxGraph {
  const needed = new Set<string>();
  const pruned = pruneNodes(graph, needed);
  return { ...pruned, initializers: graph.initializers.filter(({ name }) => needed.has(name)) };
}

/** Adds to `needed` every name that the graph reads, its own and those of graphs around it. */
function pruneNodes(graph: OnnxGraph, needed: Set<string>): OnnxGraph {
  for (const { name } of graph.outputs) needed.add(name);
  const kept: OnnxNode[] = [];
  for (const node of graph.nodes.toReversed()) {
    if (!node.outputs.some((name) => needed.has(name))) continue;
    for (const name of node.inputs) needed.add(name);
    kept.push(hasSubgraph(node) ? pruneSubgraphs(node, needed) : node);
  }
  return { ...graph, nodes: kept.reverse() };
}

const hasSubgraph = (node: OnnxNode): boolean =>
  Object.values(node.attributes).some((value) => typeof value === 'object' && 'graph' in value);

function pruneSubgraphs(node: OnnxNode, needed: Set<string>): OnnxNode {
  const attributes = Object.entries(node.attributes).map(([name, value]) =>
    typeof value === 'object' && 'graph' in value ? [name, { graph: pruneNodes(value.graph, needed) }] : [name, value],
  );
  return { ...node, attributes: Object.fromEntries(attributes) };
}
