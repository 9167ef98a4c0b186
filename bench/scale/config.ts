import { validateConfig } from '../../core/config/check.ts';
import { cluster, executionRole } from '../config.ts';

/** The maximum number of services of a target. The size limit of an IAM policy allows about 25 (infra/system-targets.ts). */
const maxServices = 20;

const accountId = (index: number): string => String(200_000_000_000 + index);

/** A load: a number of deployments at the same time, spread over a number of accounts. */
export interface ScaleLoad {
  deployments: number;
  accounts: number;
  events: 'forwarded' | 'none';
}

/** Creates a configuration with one service for each deployment, `s0`, `s1`, …, in targets that are spread evenly over the accounts. */
export function createScaleConfig({ deployments, accounts, events }: ScaleLoad) {
  const targets = Math.max(Math.min(accounts, deployments), Math.ceil(deployments / maxServices));
  return validateConfig({
    name: 'scale',
    build: { account: '111111111111', region: 'eu-west-1' },
    targets: Array.from({ length: targets }, (_, target) => ({
      name: `t${target}`,
      account: accountId(target % accounts),
      region: 'eu-west-1',
      cluster,
      events,
      services: Array.from({ length: maxServices }, (_unused, index) => index * targets + target)
        .filter((service) => service < deployments)
        .map((service) => ({
          name: `s${service}`,
          containers: ['app'],
          fileName: `${service}.json`,
          executionRole,
        })),
    })),
    // The releases are started manually. The images are in this pipeline's repository.
    pipelines: [{ name: 'scale', source: { type: 's3', bucket: 'sources', key: 'scale.zip' }, deploys: ['t0/s0'] }],
  });
}
