/**
 * Clients reach the same routes with and without `/bigquery/v2`, twice over (endpoint override of `bq`), and with
 * doubled slashes (an endpoint that ends in one). Routes are declared without the prefix.
 */
export function rewriteUrl(url: string): string {
  return url.replace(/^\/{2,}/, '/').replace(/^(?:\/bigquery\/v2)+(?=\/projects(?:[/?]|$))/, '');
}
