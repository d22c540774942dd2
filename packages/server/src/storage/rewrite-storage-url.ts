/**
 * Clients that are pointed at an emulator leave out the service's path (Node's does) or repeat it. All forms become
 * `/storage/v1/b...`, `/upload/storage/v1/b...` and `/download/storage/v1/b...`.
 */
export function rewriteStorageUrl(url: string): string {
  return url.replace(
    /^(?:\/resumable)?(\/upload|\/download)?(?:\/storage\/v1)*(?=\/b(?:[/?]|$))/,
    (_, service: string | undefined) => `${service ?? ''}/storage/v1`,
  );
}
