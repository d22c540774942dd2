import { postprocessDetections } from '../../convert/operations/detection.ts';
import { readFlexMap } from '../flexbuffer.ts';
import { suppressSingle } from '../../convert/operations/suppression.ts';
import type { Tensor } from '../../convert/tensor.ts';
import { malformed, unsupported } from '../../convert/conversion-error.ts';
import type { LiteCall, LiteConversion } from '../lite-operator.ts';

/** https://github.com/tensorflow/tensorflow/blob/master/tensorflow/lite/kernels/detection_postprocess.cc */
function postprocess(call: LiteCall) {
  const options = readFlexMap(call.operator.customOptions);
  const option = (name: string, absent?: number): number => {
    const value = options.get(name) ?? absent;
    if (value === undefined) throw malformed(`the option ${name} is missing`);
    return value;
  };
  return postprocessDetections(call.builder, call.tensor(0), call.tensor(1), call.tensor(2), {
    maxDetections: option('max_detections'),
    maxClassesPerDetection: option('max_classes_per_detection'),
    detectionsPerClass: option('detections_per_class', 100),
    perClass: option('use_regular_nms', 0) !== 0,
    scoreThreshold: option('nms_score_threshold'),
    overlapThreshold: option('nms_iou_threshold'),
    classCount: option('num_classes'),
    scale: { y: option('y_scale'), x: option('x_scale'), h: option('h_scale'), w: option('w_scale') },
  });
}

/** Inputs: boxes, scores, size, overlap, score; the soft form has a softness behind them. */
function suppress(call: LiteCall, soft: boolean): Tensor[] {
  if (soft && call.number(5, 'softness parameters') !== 0) throw unsupported('soft suppression');
  const { places, scores, count } = suppressSingle(call.builder, {
    boxes: call.tensor(0),
    scores: call.tensor(1),
    limit: call.tensor(2),
    overlap: call.tensor(3),
    threshold: call.tensor(4),
    padded: true,
  });
  return soft ? [places, scores, count] : [places, count];
}

export const detectionConversions: readonly LiteConversion[] = [
  { op: 'NON_MAX_SUPPRESSION_V4', convert: (call) => suppress(call, false) },
  { op: 'NON_MAX_SUPPRESSION_V5', convert: (call) => suppress(call, true) },
  { op: 'custom TFLite_Detection_PostProcess', convert: postprocess },
];
