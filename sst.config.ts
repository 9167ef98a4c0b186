/// <reference path="./.sst/platform/config.d.ts" />

// SST allows no import at the top. Types come from `.sst/platform`, which `npx sst install` makes.
export default $config({
  async app() {
    const { default: config } = await import('./infra/config.ts');
    const { account, region } = config.build;
    return {
      name: config.name,
      home: 'aws',
      // Keeps what holds data: the bucket, the table, the key, the images.
      removal: 'retain',
      providers: { aws: { region, allowedAccountIds: [account] } },
    };
  },
  async run() {
    const [{ default: config }, { assertNoPlaceholders: deployable }] = await Promise.all([
      import('./infra/config.ts'),
      import('./core/config/check.ts'),
    ]);
    deployable(config);
    await import('./infra/artifact-key.ts');
    await import('./infra/workflow.ts');
    await import('./infra/events.ts');
    await import('./infra/ledger.ts');
    await import('./infra/alarms.ts');
    await import('./infra/notification.ts');
    await import('./infra/action-type.ts');
    await import('./infra/pipeline.ts');
    await import('./infra/deployment-roles.ts');
    await import('./infra/service.ts');
    const { outputs } = await import('./infra/outputs.ts');
    return outputs;
  },
});
