import { postprocessDetections } from '../../convert/operations/detection.ts';
import { readFlexMap } from '../flexbuffer.ts';
import { malformed } from '../../convert/conversion-error.ts';
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

export const detectionConversions: readonly LiteConversion[] = [
  { op: 'custom TFLite_Detection_PostProcess', convert: postprocess },
];
