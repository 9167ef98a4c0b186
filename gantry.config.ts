import { defineConfig } from './core/config/check.ts';

/**
 * The one file to edit. The accounts are placeholders: they run in the embedded AWS (`npm run demo`), and `sst deploy` refuses them.
 * Every field and its default is described in core/config/schema.ts.
 */
export default defineConfig({
  app: 'web-shop',
  build: { account: '111111111111', region: 'eu-west-1' },
  source: {
    type: 'connection',
    connection: 'arn:aws:codeconnections:eu-west-1:111111111111:connection/00000000-0000-0000-0000-000000000000',
    repository: 'example/web-shop',
    branch: 'main',
  },
  // Images come from the build account's own ECR, and from here: they go through as they are, and the report says so.
  registries: ['public.ecr.aws', 'docker.io/library'],
  targets: [
    {
      name: 'test',
      account: '222222222222',
      region: 'eu-west-1',
      cluster: 'web-shop',
      services: [
        { name: 'web', containers: ['app'], executionRole: 'web-execution', taskRoles: ['web-task'], create: {} },
      ],
    },
    {
      name: 'prod',
      account: '333333333333',
      region: 'eu-west-1',
      cluster: 'web-shop',
      approval: true,
      services: [
        { name: 'web', containers: ['app'], executionRole: 'web-execution', taskRoles: ['web-task'], create: {} },
      ],
    },
  ],
});
