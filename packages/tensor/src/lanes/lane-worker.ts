/** A worker thread that decodes JPEG files and computes images from them, one at a time. */
import { availableParallelism } from 'node:os';
import { parentPort, receiveMessageOnPort, workerData } from 'node:worker_threads';
import { invariant } from '@bqml-emulator/common';
import { loadTurboDecoder } from '../decode/turbo-decoder.ts';
import { findImageHeader } from '../header/image-header.ts';
import { evaluateStages } from '../evaluate-stages.ts';
import { formPixels } from '../image-form.ts';
import { createWasmResize } from '../kernels/resize-wasm.ts';
import { decodeUnlessEnding } from './drain.ts';
import {
  CALLS,
  FILE_BYTES,
  FLOATS_LENGTH,
  FLOATS_OFFSET,
  LANE_ROOM_BYTES,
  pixelBytesOutside,
} from './lane-protocol.ts';
import type { LaneData, LanePlan, LaneReply, LaneTerms } from './lane-protocol.ts';

const port = parentPort;
invariant(port, 'runs as a worker thread');
const { options, drain, call, mailbox } = workerData as LaneData;
/**
 * A core that goes to sleep between two images takes longer to wake than the main thread takes to send the next one.
 * With fewer cores than lanes the others have use for it.
 */
const spinMillis = options.decodeLanes <= availableParallelism() ? 0.2 : 0;
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

function render({ plan, floats: shared, buffer }: LaneTerms): LaneReply {
  const { frame, stages, form } = planOf(plan);
  const { buffer: memory, byteOffset } = buffer ?? mailbox;
  const outside = pixelBytesOutside(frame, options.channels);
  const out = outside === 0 ? room : Buffer.from(memory, byteOffset, outside);
  const file = Buffer.from(memory, byteOffset + outside, call[FILE_BYTES]);
  const floats =
    shared && new Float32Array(shared, call[FLOATS_OFFSET]! * Float32Array.BYTES_PER_ELEMENT, call[FLOATS_LENGTH]);
  if (!findImageHeader(file, options)) return 'refused';
  const decoded = decodeUnlessEnding(drain, () => turbo.decodeNow(file, frame, options.channels, out));
  if (!decoded) return 'refused';
  const { height, width, channels, bytes } = decoded;
  const block = evaluateStages({ source: { height, width, channels, values: bytes }, stages, options, kernel }, floats);
  const pixels = formPixels(block, form);
  return pixels.values === floats ? 'written' : { pixels };
}

function answer(terms: LaneTerms): LaneReply {
  try {
    return render(terms);
  } catch (error) {
    return { error };
  }
}

/** Returns the number of calls so far when it is no longer `answered`. */
function nextCall(answered: number): number {
  const end = performance.now() + spinMillis;
  while (Atomics.load(call, CALLS) === answered && performance.now() < end);
  Atomics.wait(call, CALLS, answered);
  return Atomics.load(call, CALLS);
}

port.postMessage('ready' satisfies LaneReply);
let terms: LaneTerms | undefined;
for (let calls = nextCall(0); ; calls = nextCall(calls)) {
  terms = (receiveMessageOnPort(port)?.message as LaneTerms | undefined) ?? terms;
  invariant(terms, 'a call has terms');
  const reply = answer(terms);
  const moved = typeof reply === 'object' && 'pixels' in reply ? [reply.pixels.values.buffer as ArrayBuffer] : [];
  port.postMessage(reply, moved);
  if (terms.buffer) terms = undefined;
}
