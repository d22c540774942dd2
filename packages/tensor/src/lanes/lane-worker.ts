/** A worker thread that decodes JPEG files and computes images from them, one at a time. */
import { parentPort, workerData } from 'node:worker_threads';
import { invariant } from '@bqml-emulator/common';
import { loadTurboDecoder } from '../decode/turbo-decoder.ts';
import { findImageHeader } from '../header/image-header.ts';
import { evaluateStages } from '../evaluate-stages.ts';
import { formPixels } from '../image-form.ts';
import { createWasmResize } from '../kernels/resize-wasm.ts';
import { decodeUnlessEnding } from './drain.ts';
import { LANE_ROOM_BYTES, pixelBytesOutside } from './lane-protocol.ts';
import type { LaneData, LanePlan, LaneReply, LaneRequest } from './lane-protocol.ts';

const port = parentPort;
invariant(port, 'runs as a worker thread');
const { options, drain } = workerData as LaneData;
const turbo = loadTurboDecoder();
const { resize: kernel, room } = createWasmResize(LANE_ROOM_BYTES);

const MAX_KNOWN_PLANS = 64;
const knownPlans = new Map<string, LanePlan>();

function planOf(text: string): LanePlan {
  const known = knownPlans.get(text);
  if (known) return known;
  const plan = JSON.parse(text) as LanePlan;
  if (knownPlans.size >= MAX_KNOWN_PLANS) knownPlans.clear();
  knownPlans.set(text, plan);
  return plan;
}

function render({ plan, floats, buffer, fileBytes }: LaneRequest): LaneReply {
  const { frame, stages, form } = planOf(plan);
  const outside = pixelBytesOutside(frame, options.channels);
  const out = outside === 0 ? room : Buffer.from(buffer.buffer, buffer.byteOffset, outside);
  const file = buffer.subarray(outside, outside + fileBytes);
  if (!findImageHeader(file, options)) return 'refused';
  const decoded = decodeUnlessEnding(drain, () => turbo.decodeNow(file, frame, options.channels, out));
  if (!decoded) return 'refused';
  const { height, width, channels, bytes } = decoded;
  const block = evaluateStages({ source: { height, width, channels, values: bytes }, stages, options, kernel }, floats);
  const pixels = formPixels(block, form);
  return pixels.values === floats ? 'written' : { pixels };
}

function answer(request: LaneRequest): LaneReply {
  try {
    return render(request);
  } catch (error) {
    return { error };
  }
}

port.on('message', (request: LaneRequest) => {
  const reply = answer(request);
  const moved = typeof reply === 'object' && 'pixels' in reply ? [reply.pixels.values.buffer as ArrayBuffer] : [];
  port.postMessage(reply, moved);
});
port.postMessage('ready' satisfies LaneReply);
