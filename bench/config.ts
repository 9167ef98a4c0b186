import { defineConfig } from '../core/config/check.ts';
import { scenarios } from './scenarios.ts';

/** The role that every service of the benchmark pulls its image with. */
export const executionRole = 'bench-execution';

/** The cluster of the benchmark's services, one in each account. */
export const cluster = 'bench';

/** Gantry's two targets: from one its events are forwarded, in the other it has to look again and again. */
const targets = [
  { name: 'woken', account: '222222222222', events: 'forwarded' },
  { name: 'polling', account: '333333333333', events: 'none' },
] as const;

/** The scenarios that a pipeline releases too, in the account whose events are forwarded. */
export const pipelineScenarios = ['healthy'];

/** Where services of the benchmark are. */
export const accounts = targets.map(({ account }) => account);

/** The account of a deployer's services: of those beside Gantry nothing is forwarded. */
export const accountForDeployer = (deployer: string): string =>
  targets[['woken', 'pipeline'].includes(deployer) ? 0 : 1].account;

const createServiceConfig = (scenario: string, deployer: string) => ({
  name: `${scenario}-${deployer}`,
  containers: ['app'],
  fileName: `${scenario}.json`,
  executionRole,
});

/** Gantry's own configuration in the benchmark: one service of each target for each scenario. Deployers beside it need none. */
export default defineConfig({
  app: 'bench',
  build: { account: '111111111111', region: 'eu-west-1' },
  source: { type: 's3', bucket: 'sources', key: 'bench.zip' },
  targets: targets.map(({ name, account, events }) => ({
    name,
    account,
    region: 'eu-west-1',
    cluster,
    events,
    services: [
      ...scenarios.map(({ id }) => createServiceConfig(id, name)),
      ...(name === 'woken' ? pipelineScenarios.map((id) => createServiceConfig(id, 'pipeline')) : []),
    ],
  })),
});
