import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

/** The ms that a bundle took in a process of its own: until it was imported, and then until its first event was answered. */
export interface StartTimes {
  init: number;
  first: number;
}

/** Imports a bundle, gives its handler an event where there is one, and prints the name of what the handler threw and the ms of both. */
const timerScript = `
  const began = performance.now();
  const { handler } = await import(process.argv[1]);
  const init = performance.now() - began;
  const error = process.argv[2] && (await handler(JSON.parse(process.argv[2]), {}).then(() => '', ({ name }) => name));
  console.log(error + '\\n' + JSON.stringify({ init, first: performance.now() - began - init }));`;

/**
 * As it is deployed, but nobody's: without credentials the first call to AWS ends where it would be signed, everything before that is done.
 * Nothing of this process' own environment is handed on.
 */
const environment = {
  HOME: '/nonexistent',
  AWS_EC2_METADATA_DISABLED: 'true',
  AWS_REGION: 'eu-west-1',
  NODE_OPTIONS: '--enable-source-maps',
  AWS_LAMBDA_FUNCTION_NAME: 'cold',
  STAGE: 'production',
  TABLE: 'cold',
  STATE_MACHINE_ARN: 'arn:aws:states:eu-west-1:111111111111:stateMachine:web-shop-production-deploy',
  PROVIDER: 'Gantry',
  VERSION: '1',
};

/** What the SDK says, to whoever throws or logs it, where a call would be signed and there are no keys. */
const credentialsErrorName = 'CredentialsProviderError';

/** Starts a bundle in a fresh process. `callsAws`: rejects where its event does not bring it to a call of AWS, for then it has hardly begun. */
export async function measureStart(
  file: string,
  { event, callsAws = false }: { event?: unknown; callsAws?: boolean } = {},
): Promise<StartTimes> {
  const given = event === undefined ? [] : [JSON.stringify(event)];
  const command = ['--input-type=module', '-e', timerScript, file, ...given];
  const { stdout, stderr } = await promisify(execFile)(process.execPath, command, { env: environment });
  if (callsAws && !`${stdout}${stderr}`.includes(credentialsErrorName))
    throw new Error(
      `${file} answered its event without a call of AWS: give it one in bench/cold-events.ts that it works on.`,
    );
  const { init, first } = JSON.parse(stdout.trim().split('\n').at(-1) ?? '');
  return { init, first };
}
