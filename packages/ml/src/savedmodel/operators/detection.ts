import { unsupported } from '../../convert/conversion-error.ts';
import { combineDetections, suppressSingle } from '../../convert/operations/suppression.ts';
import type { SingleSuppression } from '../../convert/operations/suppression.ts';
import { cast } from '../../convert/operations/elementwise.ts';
import type { Operator, OperatorCall } from '../operator.ts';
import type { Tensor } from '../../convert/tensor.ts';

/** Later versions have more of boxes, scores, size, overlap, score, sigma as inputs. */
function single(call: OperatorCall, options: { threshold: boolean }): SingleSuppression {
  const g = call.builder;
  return suppressSingle(g, {
    boxes: call.tensor(0),
    scores: call.tensor(1),
    limit: call.tensor(2),
    overlap: call.inputs.length > 3 ? call.tensor(3) : g.scalar('float32', call.attributes.float('iou_threshold', 0.5)),
    threshold: options.threshold ? call.tensor(4) : undefined,
    padded: call.attributes.flag('pad_to_max_output_size'),
  });
}

const indices = ({ places }: SingleSuppression): Tensor => places;

export const detectionOperators: readonly Operator[] = [
  { op: 'NonMaxSuppression', convert: (call) => indices(single(call, { threshold: false })) },
  { op: 'NonMaxSuppressionV2', convert: (call) => indices(single(call, { threshold: false })) },
  { op: 'NonMaxSuppressionV3', convert: (call) => indices(single(call, { threshold: true })) },
  {
    op: 'NonMaxSuppressionV4',
    outputs: ['selected_indices', 'valid_outputs'],
    convert: (call) => {
      const { places, count } = single(call, { threshold: true });
      return [places, count];
    },
  },
  {
    op: 'NonMaxSuppressionV5',
    outputs: ['selected_indices', 'selected_scores', 'valid_outputs'],
    convert: (call) => {
      const sigma = call.number(5, 'softness parameters');
      const { places, scores, count } = single(call, { threshold: true });
      if (sigma !== 0) throw unsupported('soft suppression');
      return [places, scores, count];
    },
  },
  {
    op: 'CombinedNonMaxSuppression',
    outputs: ['nmsed_boxes', 'nmsed_scores', 'nmsed_classes', 'valid_detections'],
    convert: (call) => {
      const g = call.builder;
      const [boxes, scores, classes, count] = combineDetections(g, {
        boxes: call.tensor(0),
        scores: call.tensor(1),
        perClass: call.number(2, 'sizes'),
        total: call.number(3, 'sizes'),
        overlap: call.tensor(4),
        threshold: call.tensor(5),
        padPerClass: call.attributes.flag('pad_per_class'),
        clip: call.attributes.flag('clip_boxes', true),
      });
      return [boxes, scores, classes, cast(g, count, 'int32')];
    },
  },
];
