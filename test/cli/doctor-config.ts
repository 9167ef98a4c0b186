import { validateConfig } from '../../core/config/check.ts';

/** A configuration with plausible accounts and without any value of the example. */
export default validateConfig({
  name: 'tea-shop',
  build: { account: '104862573915', region: 'eu-central-1' },
  targets: [
    {
      name: 'test',
      account: '220974816353',
      region: 'eu-central-1',
      cluster: 'tea',
      externalId: 'steep-3-minutes',
      viewers: ['arn:aws:iam::104862573915:role/developers'],
      services: [
        { name: 'pot', containers: ['app'], executionRole: 'pot-execution', taskRoles: ['pot-task'], create: {} },
      ],
    },
    {
      name: 'prod',
      account: '338105927466',
      region: 'eu-west-1',
      cluster: 'tea',
      services: [{ name: 'pot', containers: ['app'], executionRole: 'pot-execution', alarms: ['pot-errors'] }],
    },
  ],
  pipelines: [
    {
      name: 'tea-shop',
      source: {
        type: 'connection',
        connection: 'arn:aws:codeconnections:eu-central-1:104862573915:connection/6f1d2c3b-4a59-4e68-b771-8c9d0e1f2a3b',
        repository: 'tea/shop',
        branch: 'main',
      },
      deploys: ['test/pot', 'prod/pot'],
    },
  ],
});
