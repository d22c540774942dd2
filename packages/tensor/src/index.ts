export { decodeCapabilities } from './decode/decode-capabilities.ts';
export type { DecodeCapabilities } from './decode/decode-capabilities.ts';
export { decodePixels } from './decode-pixels.ts';
export type { DecodedPixels } from './decode/decoded-pixels.ts';
export { imageDimensions } from './image-dimensions.ts';
export { ImageShapeError } from './image-error.ts';
export { createImageHost } from './image-host.ts';
export type { ImageHost } from './image-host.ts';
export { DEFAULT_IMAGE_OPTIONS } from './image-options.ts';
export type { ImageOptions } from './image-options.ts';
export {
  COLOR_SPACES,
  convertColorSpace,
  convertImageType,
  decodeImage,
  imageElementType,
  pixelImage,
  resizeImage,
} from './image-reference.ts';
export type {
  ColorSpace,
  EncodedSource,
  FileVersion,
  Image,
  ImageDimensions,
  ImageOperation,
  ImageReference,
  ImageSource,
  ImageValues,
  Pixels,
} from './image-reference.ts';
export { axisTaps } from './kernels/axis-taps.ts';
export type { AxisTaps } from './kernels/axis-taps.ts';
export type { ResizeKernel } from './kernels/resize-bilinear.ts';
export { createWasmResize } from './kernels/resize-wasm.ts';
export { materializeImage, materializePixels } from './materialize-image.ts';
export { renderInto } from './render-into.ts';
export type { ImageSlot } from './render-into.ts';
