/**
 * Clients reach the same routes with and without `/bigquery/v2`, twice over (endpoint override of `bq`), and with
 * doubled slashes (an endpoint that ends in one). Routes are declared without the prefix. A custom method
 * (`tables/t:getIamPolicy`) becomes a segment of its own, which the router can tell from a name.
 */
export function rewriteUrl(url: string): string {
  return url
    .replace(/^\/{2,}/, '/')
    .replace(/^(?:\/bigquery\/v2)+(?=\/projects(?:[/?]|$))/, '')
    .replace(/^((?:\/v1)?\/projects\/[^?]*\/[^?:/]+):([A-Za-z]+)(?=\?|$)/, '$1/:$2');
}
