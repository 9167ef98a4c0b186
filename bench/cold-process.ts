import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

/** The ms that a bundle took in a process of its own: until it was imported, and then until its first event was answered. */
export interface Start {
  init: number;
  first: number;
}

/** Imports a bundle, gives its handler an event where there is one, and prints the ms of both and the name of what the handler threw. */
const timer = `
  const began = performance.now();
  const { handler } = await import(process.argv[1]);
  const init = performance.now() - began;
  const error = process.argv[2] && (await handler(JSON.parse(process.argv[2]), {}).then(() => undefined, ({ name }) => name));
  console.log(JSON.stringify({ init, first: performance.now() - began - init, error }));`;

/**
 * As it is deployed, but nobody's: without credentials the first call to AWS ends where it would be signed, everything before that is done.
 * Nothing of this process' own environment is handed on.
 */
const environment = {
  HOME: '/nonexistent',
  AWS_EC2_METADATA_DISABLED: 'true',
  AWS_REGION: 'eu-west-1',
  AWS_LAMBDA_FUNCTION_NAME: 'cold',
  STAGE: 'production',
  TABLE: 'cold',
  STATE_MACHINE_ARN: 'arn:aws:states:eu-west-1:111111111111:stateMachine:web-shop-production-deploy',
  PROVIDER: 'Gantry',
  VERSION: '1',
};

/** Starts a bundle in a fresh process. Rejects where it does not take the event, for then it has hardly begun. */
export async function startOf(file: string, event?: unknown): Promise<Start> {
  const given = event === undefined ? [] : [JSON.stringify(event)];
  const command = ['--input-type=module', '-e', timer, file, ...given];
  const { stdout } = await promisify(execFile)(process.execPath, command, { env: environment });
  const { init, first, error } = JSON.parse(stdout.trim().split('\n').at(-1) ?? '');
  if (error === 'ConfigurationError')
    throw new Error(`${file} refuses its event: give it one of its own in bench/cold-events.ts.`);
  return { init, first };
}
