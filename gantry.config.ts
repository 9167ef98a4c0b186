import type { ConfigInput } from './core/config/schema.ts';

/**
 * The only file that you edit. The account ids are placeholders: they work in the embedded AWS (`npm run demo`), and `sst deploy` refuses them.
 * core/config/schema.ts describes every field and its default.
 */
export default {
  name: 'gantry',
  build: { account: '111111111111', region: 'eu-west-1' },
  // Images can come from the repository of the pipeline that Gantry creates, from these repositories of the build account, and from these registries. Gantry does not resolve the tags of these registries to digests, and the report says so.
  repositories: ['legacy/*'],
  registries: ['public.ecr.aws/nginx', 'docker.io/library'],
  targets: [
    {
      name: 'test',
      account: '222222222222',
      region: 'eu-west-1',
      cluster: 'web-shop',
      // A pipeline that exists, besides those that Gantry creates. Anybody who can create a pipeline can use the action, so each is named here.
      allowedPipelines: ['team'],
      // Everyone in the build account whose own policies allow it. For fewer people, name their users or roles.
      viewers: ['arn:aws:iam::111111111111:root'],
      // With `preDeploy: [{ name: 'migrate', container: 'app', command: ['node', 'migrate.js'], timeoutMinutes: 10 }]`, each release runs this migration first (docs/tasks.md).
      services: [
        { name: 'web', containers: ['app'], executionRole: 'web-execution', taskRoles: ['web-task'], create: {} },
      ],
    },
    {
      name: 'prod',
      account: '333333333333',
      region: 'eu-west-1',
      cluster: 'web-shop',
      // Everyone in the build account whose own policies allow it. For fewer people, name their users or roles.
      viewers: ['arn:aws:iam::111111111111:root'],
      approval: true,
      services: [
        { name: 'web', containers: ['app'], executionRole: 'web-execution', taskRoles: ['web-task'], create: {} },
      ],
    },
  ],
  // The pipelines that Gantry creates: source, build, test, prod. Without any, Gantry creates only itself.
  pipelines: [
    {
      name: 'web-shop',
      source: {
        type: 'connection',
        connection: 'arn:aws:codeconnections:eu-west-1:111111111111:connection/00000000-0000-0000-0000-000000000000',
        repository: 'example/web-shop',
        branch: 'main',
      },
      deploys: ['test/web', 'prod/web'],
    },
  ],
} satisfies ConfigInput;
