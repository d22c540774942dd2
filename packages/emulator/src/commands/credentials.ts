import { generateKeyPairSync } from 'node:crypto';
import { readServerFlags } from '../options.ts';
import { emulatorEmail } from '../user-email.ts';
import { clientVariables } from './env.ts';

/** A service account file whose tokens come from the emulator's /token; the key is made up and opens nothing. */
export async function printCredentials(args: readonly string[]): Promise<void> {
  const { listen, options } = readServerFlags(args);
  const { projectId } = options;
  const { privateKey } = generateKeyPairSync('rsa', {
    modulusLength: 2048,
    publicKeyEncoding: { type: 'spki', format: 'pem' },
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  });
  const origin = clientVariables(listen.host, listen.port, projectId)['BIGQUERY_EMULATOR_HOST'];
  const account = {
    type: 'service_account',
    project_id: projectId,
    private_key_id: 'emulator',
    private_key: privateKey,
    client_email: emulatorEmail(projectId),
    client_id: '0',
    token_uri: `${origin}/token`,
  };
  process.stdout.write(`${JSON.stringify(account, null, 2)}\n`);
}
