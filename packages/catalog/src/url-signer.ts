/** Signed URLs of objects, good for six hours. https://cloud.google.com/storage/docs/access-control/signed-urls */
export interface UrlSigner {
  /** Where its URLs lead, known when the server listens: `http://host:port`. */
  origin: string;
  sign(bucket: string, name: string): string;
  /** What is wrong with a URL of this signer's; undefined when nothing is, or when it is not this signer's. */
  refusal(bucket: string, name: string, query: Readonly<Record<string, string>>): 'expired' | 'mismatch' | undefined;
}
