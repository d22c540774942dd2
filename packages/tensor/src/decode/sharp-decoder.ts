import type { Sharp, SharpOptions } from 'sharp';
import type { JpegHeader } from '../header/jpeg-header.ts';
import type { PngHeader } from '../header/png-header.ts';
import { imageNotDecoded } from '../image-error.ts';
import { cmykToRgb } from './cmyk.ts';
import type { DecodedPixels } from './decoded-pixels.ts';

type SharpModule = (input: Uint8Array, options: SharpOptions) => Sharp;

async function loadSharp(): Promise<SharpModule> {
  const { default: sharp } = await import('sharp');
  sharp.cache(false);
  // Other loaders cannot be reached through content sniffing; blocking them makes that independent of the sniffer.
  sharp.block({ operation: ['VipsForeignLoad'] });
  sharp.unblock({ operation: ['VipsForeignLoadJpegBuffer', 'VipsForeignLoadPngBuffer'] });
  return sharp;
}

let loading: Promise<SharpModule> | undefined;

/** JPEG with the accurate inverse DCT, and PNG, to the pixels as stored: no rotation, no profile, alpha dropped. */
export async function decodeWithSharp(
  file: Uint8Array,
  header: JpegHeader | PngHeader,
  channels: 3 | 'native',
): Promise<DecodedPixels> {
  loading ??= loadSharp();
  const sharp = await loading;
  const { height, width } = header;
  const image = sharp(readable(file, header), { failOn: 'error', ignoreIcc: true, limitInputPixels: height * width });
  const cmyk = header.format === 'jpeg' && header.components === 4;
  if (cmyk) image.pipelineColourspace('cmyk').toColourspace('cmyk');
  else if (channels === 3) image.removeAlpha();
  const { data, info } = await image
    .raw()
    .toBuffer({ resolveWithObject: true })
    .catch(() => {
      // libvips's text is not shown: BigQuery has one for every damage.
      throw imageNotDecoded();
    });
  if (info.height !== height || info.width !== width) throw imageNotDecoded();
  if (cmyk) return { height, width, channels: 3, bytes: cmykToRgb(data, header.adobe) };
  const pixels = { height, width, channels: info.channels, bytes: data };
  return channels === 3 ? pixels : keepNativeBands(pixels, header);
}

function readable(file: Uint8Array, header: JpegHeader | PngHeader): Uint8Array {
  const damaged = header.format === 'png' ? header.damagedTransparency : undefined;
  return damaged ? Buffer.concat([file.subarray(0, damaged.start), file.subarray(damaged.end)]) : file;
}

/** libvips makes gray three equal bands and gives tRNS an alpha band; TensorFlow has neither. */
function keepNativeBands(pixels: DecodedPixels, header: JpegHeader | PngHeader): DecodedPixels {
  const gray = header.format === 'jpeg' ? header.components === 1 : header.colorChannels === 1;
  const alpha = header.format === 'png' && header.alpha;
  const bands = [...(gray ? [0] : [0, 1, 2]), ...(alpha ? [3] : [])];
  if (bands.length === pixels.channels) return pixels;
  const count = pixels.height * pixels.width;
  const bytes = new Uint8Array(count * bands.length);
  for (let i = 0, out = 0; i < count; i += 1) {
    for (const band of bands) bytes[out++] = pixels.bytes[i * pixels.channels + band]!;
  }
  return { ...pixels, channels: bands.length, bytes };
}
