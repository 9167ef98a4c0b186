import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

/** The times of a bundle in a new process, in ms. `init`: the import. `first`: the answer to its first event after the import. */
export interface StartTimes {
  init: number;
  first: number;
}

/** Imports a bundle. If there is an event, calls the bundle's handler. Prints the name of the error that the handler threw, and both times. */
const timerScript = `
  const began = performance.now();
  const { handler } = await import(process.argv[1]);
  const init = performance.now() - began;
  const error = process.argv[2] && (await handler(JSON.parse(process.argv[2]), {}).then(() => '', ({ name }) => name));
  console.log(error + '\\n' + JSON.stringify({ init, first: performance.now() - began - init }));`;

/**
 * The environment of a deployed function, but without credentials: the first call to AWS fails when the SDK signs it, after all other work.
 * It contains nothing of this process's own environment.
 */
const environment = {
  HOME: '/nonexistent',
  AWS_EC2_METADATA_DISABLED: 'true',
  AWS_REGION: 'eu-west-1',
  NODE_OPTIONS: '--enable-source-maps',
  AWS_LAMBDA_FUNCTION_NAME: 'cold',
  STAGE: 'production',
  TABLE: 'cold',
  STATE_MACHINE_ARN: 'arn:aws:states:eu-west-1:111111111111:stateMachine:gantry-production-deploy',
  PROVIDER: 'Gantry',
  TAKE_JOB: 'gantry-production-take-job',
  VERSIONS: '1',
};

/** The name of the SDK's error when the SDK signs a call without credentials. The function throws or logs this error. */
const credentialsErrorName = 'CredentialsProviderError';

/** Starts a bundle in a new process. With `callsAws`, rejects if the event causes no call to AWS, because the function then ended too early. */
export async function measureStart(
  file: string,
  { event, callsAws = false }: { event?: unknown; callsAws?: boolean } = {},
): Promise<StartTimes> {
  const eventArguments = event === undefined ? [] : [JSON.stringify(event)];
  const command = ['--input-type=module', '-e', timerScript, file, ...eventArguments];
  const { stdout, stderr } = await promisify(execFile)(process.execPath, command, { env: environment });
  if (callsAws && !`${stdout}${stderr}`.includes(credentialsErrorName))
    throw new Error(
      `${file} answered its event without a call to AWS: give it an event in bench/cold-events.ts that leads to one.`,
    );
  const { init, first } = JSON.parse(stdout.trim().split('\n').at(-1) ?? '');
  return { init, first };
}
