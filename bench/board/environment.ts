import { validateConfig } from '../../core/config/check.ts';
import { createSystemFactory, type InProcessSystem } from '../../local/run/in-process-system.ts';

const accounts = { test: '222222222222', prod: '333333333333' };
const buildAccount = '111111111111';

/** The services of each of the two targets. */
export const servicesPerTarget = 20;

/** Forty services in two accounts, with one pipeline. Everyone in the build account can read them. */
export const boardConfig = validateConfig({
  name: 'board',
  build: { account: buildAccount, region: 'eu-west-1' },
  registries: ['public.ecr.aws/nginx'],
  targets: Object.entries(accounts).map(([name, account]) => ({
    name,
    account,
    region: 'eu-west-1',
    cluster: 'shop',
    viewers: [`arn:aws:iam::${buildAccount}:root`],
    services: Array.from({ length: servicesPerTarget }, (_, at) => ({
      name: `s${at}`,
      containers: ['app'],
      executionRole: 'shop-execution',
      create: {},
    })),
  })),
  pipelines: [
    { name: 'shop', source: { type: 's3', bucket: 'sources', key: 'shop.zip' }, deploys: ['test/s0', 'prod/s0'] },
  ],
});

/** A call of the user. Calls with a viewer role are also the user's. */
export interface UserCall {
  at: number;
  operation: string;
}

/** The system in simulated time, and the user's calls since the system's start. */
export interface BoardEnvironment extends InProcessSystem {
  calls: UserCall[];
  /** Lets this number of seconds pass. */
  pass(seconds: number): Promise<void>;
}

const isUser = (arn: string): boolean =>
  arn === `arn:aws:iam::${buildAccount}:user/admin` || /assumed-role\/[\w-]+-viewer\//.test(arn);

/** Records the calls that the embedded AWS receives from the user. */
function recordCalls({ cloud, clock }: InProcessSystem): UserCall[] {
  const calls: UserCall[] = [];
  cloud.faultHooks = {
    call(request, go) {
      if (isUser(request.as.caller.arn)) calls.push({ at: clock.now(), operation: request.operation });
      return go();
    },
    event: (_, go) => go(),
    run: (_, go) => go(),
  };
  return calls;
}

/** Starts the system with its services, and sets the environment variables of the user's credentials. */
export async function createBoardEnvironment(): Promise<BoardEnvironment> {
  const running = await (await createSystemFactory(boardConfig))('board');
  const keys = running.administrators.get(buildAccount);
  Object.assign(process.env, {
    AWS_ENDPOINT_URL: running.cloud.url,
    AWS_REGION: running.system.region,
    AWS_ACCESS_KEY_ID: keys?.accessKeyId,
    AWS_SECRET_ACCESS_KEY: keys?.secretAccessKey,
    TABLE: running.system.table.name,
  });
  const pass = async (seconds: number): Promise<void> => {
    let isOver = false;
    running.clock.after(seconds * 1000, () => {
      isOver = true;
    });
    await running.clock.advanceUntil(() => isOver);
  };
  await pass(120);
  return { ...running, calls: recordCalls(running), pass };
}
