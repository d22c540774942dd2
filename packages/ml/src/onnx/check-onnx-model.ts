import { invalidQuery, notImplemented } from '@bqml-emulator/common';
import type { ModelSpec, TensorSpec } from '../model-spec.ts';
import { batchFault } from '../batch-dimension.ts';
import { elementTypeDtype, elementTypeName } from './element-type.ts';
import type { OnnxModel, OnnxValue } from './onnx-model.ts';

/** `1.12`: refuse what BigQuery's ONNX Runtime 1.12 refuses; `installed`: what the installed runtime refuses. */
export type OnnxCompatibility = 'installed' | '1.12';

/** https://onnxruntime.ai/docs/reference/compatibility.html, the row of ONNX Runtime 1.12. */
const RUNTIME_1_12 = {
  irVersion: 8,
  opsets: new Map([
    ['', 17],
    ['ai.onnx.ml', 3],
  ]),
};

/** Domains whose operators are compiled into the runtime. */
const BUILT_IN_DOMAINS = new Set(['', 'ai.onnx.ml', 'com.microsoft', 'ai.onnx.preview.training']);

/**
 * Checks what BigQuery documents for imported ONNX models and gives the signature.
 * https://cloud.google.com/bigquery/docs/reference/standard-sql/bigqueryml-syntax-create-onnx
 */
export function checkOnnxModel(model: OnnxModel, compatibility: OnnxCompatibility): ModelSpec {
  if (!model.hasGraph) throw invalidOnnxModel('the file has no graph');
  if (compatibility === '1.12') checkVersions(model);
  checkOperators(model);
  if (model.externalTensor !== undefined) {
    throw invalidQuery(
      `ONNX model tensor '${model.externalTensor}' is stored outside the model file; external data is not supported.`,
    );
  }
  if (model.inputs.length === 0) throw invalidOnnxModel('the graph has no input');
  if (model.outputs.length === 0) throw invalidOnnxModel('the graph has no output');
  checkNames('input', model.inputs);
  checkNames('output', model.outputs);
  const inputs = model.inputs.map((input) => tensorSpec('input', input));
  const fault = batchFault(inputs);
  if (fault !== undefined) throw invalidOnnxModel(fault);
  return {
    format: 'ONNX',
    inputs,
    outputs: model.outputs.map((output) => tensorSpec('output', output)),
    batching: sharesBatchDimension([...model.inputs, ...model.outputs]) ? 'batch' : 'row',
  };
}

export const invalidOnnxModel = (why: string) => invalidQuery(`Invalid ONNX model: ${why}.`);

function checkVersions(model: OnnxModel): void {
  if (model.irVersion > RUNTIME_1_12.irVersion) {
    throw invalidOnnxModel(
      `it has IR version ${model.irVersion}; ONNX Runtime 1.12 loads IR versions up to ${RUNTIME_1_12.irVersion}`,
    );
  }
  for (const [domain, newest] of RUNTIME_1_12.opsets) {
    const version = model.opsets.get(domain) ?? 0;
    if (version > newest) {
      throw invalidOnnxModel(
        `it uses opset ${version} of ${domain || 'ai.onnx'}; ONNX Runtime 1.12 loads opsets up to ${newest}`,
      );
    }
  }
}

function checkOperators(model: OnnxModel): void {
  for (const { domain, name } of model.operators) {
    if (BUILT_IN_DOMAINS.has(domain) || model.functionDomains.has(domain)) continue;
    throw notImplemented(`ONNX operator ${name} of the custom domain ${domain}`);
  }
}

/** Column names compare without case. */
function checkNames(role: string, values: readonly OnnxValue[]): void {
  const seen = new Set<string>();
  for (const { name } of values) {
    if (name === '') throw invalidOnnxModel(`an ${role} has no name`);
    if (seen.has(name.toLowerCase())) throw invalidOnnxModel(`it has two ${role}s named '${name}'`);
    seen.add(name.toLowerCase());
  }
}

function tensorSpec(role: 'input' | 'output', value: OnnxValue): TensorSpec {
  const { name, type } = value;
  if (type.kind !== 'TENSOR') throw unsupportedType(role, name, `ONNX_TYPE_${type.kind}`);
  const dtype = elementTypeDtype(type.elementType);
  if (dtype === undefined) throw unsupportedType(role, name, elementTypeName(type.elementType));
  if (type.shape === undefined) return { name, dtype };
  return { name, dtype, shape: type.shape.map((dimension) => (typeof dimension === 'number' ? dimension : null)) };
}

/** The wording is BigQuery's; it documents the text for ONNX_TYPE_SEQUENCE. */
const unsupportedType = (role: string, name: string, type: string) =>
  invalidQuery(`ONNX model ${role} '${name}' has unsupported ONNX type: ${type}.`);

/**
 * Only a dimension that every input and output starts with under one name is taken for the batch: an output such as
 * the boxes of a detector starts with a count of its own.
 */
function sharesBatchDimension(values: readonly OnnxValue[]): boolean {
  const first = new Set(
    values.map(({ type }) => (type.kind === 'TENSOR' && type.shape && type.shape.length > 0 ? type.shape[0] : 0)),
  );
  const [batch] = first;
  return first.size === 1 && typeof batch !== 'number';
}
