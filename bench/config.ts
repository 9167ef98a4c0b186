import { validateConfig } from '../core/config/check.ts';
import { scenarios } from './scenarios.ts';

/** The role that every service of the benchmark pulls its image with. */
export const executionRole = 'bench-execution';

/** The cluster of the benchmark's services, one in each account. */
export const cluster = 'bench';

/** Gantry's two targets. The events of one target are forwarded. The other target has to be polled. */
const targets = [
  { name: 'woken', account: '222222222222', events: 'forwarded' },
  { name: 'polling', account: '333333333333', events: 'none' },
] as const;

/** The scenarios that a pipeline also releases, in the account whose events are forwarded. */
export const pipelineScenarios = ['healthy'];

/** The accounts of the benchmark's services. */
export const accounts = targets.map(({ account }) => account);

/** Returns the account of a deployer's services. Events are forwarded only for Gantry. */
export const accountForDeployer = (deployer: string): string =>
  targets[['woken', 'pipeline'].includes(deployer) ? 0 : 1].account;

const createServiceConfig = (scenario: string, deployer: string) => ({
  name: `${scenario}-${deployer}`,
  containers: ['app'],
  fileName: `${scenario}.json`,
  executionRole,
});

/**
 * Gantry's configuration in the benchmark. Each target has one service for each scenario, by its name or by a pattern. The other deployers need no
 * configuration.
 */
export default validateConfig({
  name: 'bench',
  build: { account: '111111111111', region: 'eu-west-1' },
  targets: targets.map(({ name, account, events }) => ({
    name,
    account,
    region: 'eu-west-1',
    cluster,
    events,
    allowedPipelines: ['*'],
    // The policy would be too long with the names of all scenarios, because IAM limits its length.
    match: { services: 'traffic-*', passRoles: [executionRole] },
    services: [
      ...scenarios.filter(({ strategy }) => strategy === undefined).map(({ id }) => createServiceConfig(id, name)),
      ...(name === 'woken' ? pipelineScenarios.map((id) => createServiceConfig(id, 'pipeline')) : []),
    ],
  })),
  pipelines: [
    {
      name: 'bench',
      source: { type: 's3', bucket: 'sources', key: 'bench.zip' },
      deploys: pipelineScenarios.map((id) => `woken/${createServiceConfig(id, 'pipeline').name}`),
    },
  ],
});
