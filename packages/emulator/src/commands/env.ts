import { readServerFlags } from '../options.ts';

const authority = (host: string, port: number) => {
  const name = host === '0.0.0.0' || host === '::' ? 'localhost' : host.includes(':') ? `[${host}]` : host;
  return `${name}:${port}`;
};

/** Where clients on this machine reach a server that listens there. */
export const serverUrl = (host: string, port: number) => `http://${authority(host, port)}`;

/**
 * Variables for Google's clients: BIGQUERY_EMULATOR_HOST and STORAGE_EMULATOR_HOST are read by the libraries; the metadata
 * server's give application default credentials without a credentials file.
 */
export function clientVariables(host: string, port: number, projectId: string): Readonly<Record<string, string>> {
  return {
    BIGQUERY_EMULATOR_HOST: serverUrl(host, port),
    STORAGE_EMULATOR_HOST: serverUrl(host, port),
    GCE_METADATA_HOST: authority(host, port),
    GCE_METADATA_IP: authority(host, port),
    GOOGLE_CLOUD_PROJECT: projectId,
  };
}

export async function printEnvironment(args: readonly string[]): Promise<void> {
  const { listen, options } = readServerFlags(args);
  const { projectId } = options;
  for (const [name, value] of Object.entries(clientVariables(listen.host, listen.port, projectId))) {
    process.stdout.write(`export ${name}=${value}\n`);
  }
}
