import { readdirSync, readFileSync } from 'node:fs';
import { beforeAll, describe, expect, it } from 'vitest';
import { tokenForFile } from '../../infra/asl.ts';
import type { PolicyDocument } from '../../infra/policy.ts';
import { type DeclaredResource, type EvaluatedProgram, evaluateProgram, isPlatformInstalled } from './evaluate.ts';
import { actionsWithoutResource, actionWildcards, resourceWildcards as runtime } from './wildcards.ts';

const [build, test, prod] = ['444444444440', '444444444441', '444444444442'];
const example = readFileSync('gantry.config.ts', 'utf8');
/** The example configuration with plausible accounts and a plausible connection. */
const real = example
  .replaceAll('111111111111', build!)
  .replaceAll('222222222222', test!)
  .replaceAll('333333333333', prod!)
  .replace('/00000000-', '/12345678-');

const key = `arn:aws:kms:eu-west-1:${build}:key/11111111-2222-3333-4444-555555555555`;
const bucket = `web-shop-production-artifacts-${build}`;

describe.skipIf(!isPlatformInstalled)(
  'the program that sst deploys (skipped unless npx sst install has put SST into .sst)',
  () => {
    let program: EvaluatedProgram;
    beforeAll(async () => {
      program = await evaluateProgram(real);
    });

    const all = (type: string): DeclaredResource[] => program.resources.filter((one) => one.type === type);
    const only = (type: string, inputs: object = {}): DeclaredResource => {
      const found = all(type).filter((one) =>
        Object.entries(inputs).every(([name, value]) => one.inputs[name] === value),
      );
      expect(
        found.map((one) => one.name),
        type,
      ).toHaveLength(1);
      return found[0]!;
    };
    const documentIn = (value: unknown): PolicyDocument => JSON.parse(String(value));

    it('creates the artifact bucket: versioned, owner enforced, TLS only, encrypted with the key, shared with the targets', () => {
      expect(only('aws:s3/bucket:Bucket').inputs).toMatchObject({ bucket });
      expect(only('aws:s3/bucketVersioning:BucketVersioning').inputs).toMatchObject({
        bucket,
        versioningConfiguration: { status: 'Enabled' },
      });
      expect(only('aws:s3/bucketOwnershipControls:BucketOwnershipControls').inputs).toMatchObject({
        rule: { objectOwnership: 'BucketOwnerEnforced' },
      });
      const encryption = only('aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration');
      expect(encryption.inputs).toMatchObject({
        rules: [{ applyServerSideEncryptionByDefault: { sseAlgorithm: 'aws:kms', kmsMasterKeyId: key } }],
      });
      const policy = documentIn(only('aws:s3/bucketPolicy:BucketPolicy').inputs.policy);
      expect(policy.Statement.map((one) => [one.Sid, one.Principal])).toEqual([
        ['TargetAccounts', { AWS: [`arn:aws:iam::${test}:root`, `arn:aws:iam::${prod}:root`] }],
        ['TlsOnly', '*'],
      ]);
    });

    it('creates the artifact key with rotation, an alias and a policy whose roles exist', () => {
      expect(only('aws:kms/key:Key').inputs).toMatchObject({ enableKeyRotation: true });
      expect(only('aws:kms/alias:Alias').inputs).toMatchObject({ name: 'alias/gantry-production-artifacts' });
      const principals = documentIn(only('aws:kms/keyPolicy:KeyPolicy').inputs.policy).Statement.flatMap(
        ({ Principal }) => (typeof Principal === 'object' && 'AWS' in Principal ? Principal.AWS : []),
      );
      const named = principals.filter((arn) => arn.includes(':role/')).map((arn) => arn.split('/').at(-1));
      const made = all('aws:iam/role:Role').map((role) => role.inputs.name);
      expect(named.length).toBeGreaterThan(0);
      expect(named.filter((name) => !made.includes(name))).toEqual([]);
    });

    it('creates the repository with scan on push and a policy for the targets', () => {
      expect(only('aws:ecr/repository:Repository').inputs).toMatchObject({
        imageScanningConfiguration: { scanOnPush: true },
      });
      expect(
        documentIn(only('aws:ecr/repositoryPolicy:RepositoryPolicy').inputs.policy).Statement[0]!.Principal,
      ).toEqual({
        AWS: [`arn:aws:iam::${test}:root`, `arn:aws:iam::${prod}:root`],
      });
    });

    it('creates the build with a key that other accounts can use', () => {
      expect(only('aws:codebuild/project:Project').inputs).toMatchObject({
        encryptionKey: key,
        source: { type: 'CODEPIPELINE' },
        artifacts: { type: 'CODEPIPELINE' },
        environment: { privilegedMode: true },
        serviceRole: `arn:aws:iam::${build}:role/web-shop-production-build`,
      });
    });

    it('creates the pipeline with the bucket, project and action type that it creates', () => {
      const { artifactStores, stages, pipelineType } = only('aws:codepipeline/pipeline:Pipeline').inputs as {
        artifactStores: unknown;
        pipelineType: string;
        stages: { actions: Record<string, unknown>[] }[];
      };
      expect(pipelineType).toBe('V2');
      expect(artifactStores).toEqual([{ type: 'S3', location: bucket, encryptionKey: { type: 'KMS', id: key } }]);
      const deployments = stages.flatMap((stage) => stage.actions).filter((action) => action.owner === 'Custom');
      const type = only('aws:codepipeline/customActionType:CustomActionType').inputs;
      expect(deployments).toHaveLength(2);
      for (const { category, provider, version } of deployments)
        expect([category, provider, version]).toEqual([type.category, type.providerName, type.version]);
      const roles = all('aws:iam/role:Role').map((role) => `arn:aws:iam::${role.account}:role/${role.inputs.name}`);
      const targets = deployments.map((action) => String((action.configuration as { RoleArn: string }).RoleArn));
      expect(targets).toEqual([
        `arn:aws:iam::${test}:role/test-deployment`,
        `arn:aws:iam::${prod}:role/prod-deployment`,
      ]);
      expect(targets.filter((arn) => !roles.includes(arn))).toEqual([]);
    });

    it('reaches each target account by assuming its set-up role, and refuses any other account', () => {
      const providers = all('pulumi:providers:aws').map(({ inputs }) => [inputs.allowedAccountIds, inputs.assumeRoles]);
      expect(providers.map((one) => one.map((text) => JSON.parse(String(text))))).toEqual(
        [test, prod].map((account) => [
          [account],
          [
            {
              roleArn: `arn:aws:iam::${account}:role/OrganizationAccountAccessRole`,
              sessionName: 'gantry-production',
            },
          ],
        ]),
      );
      expect(program.app).toMatchObject({ providers: { aws: { allowedAccountIds: [build] } } });
    });

    it('creates in each target account the role, the cluster, the service behind a load balancer, and event forwarding', () => {
      for (const [account, role] of [
        [test, 'test-deployment'],
        [prod, 'prod-deployment'],
      ]) {
        const testAccount = program.resources.filter((one) => one.account === account);
        const types = new Set(testAccount.map((one) => one.type));
        for (const type of [
          'ecs/cluster:Cluster',
          'ecs/service:Service',
          'lb/loadBalancer:LoadBalancer',
          'cloudwatch/eventRule:EventRule',
        ])
          expect(types).toContain(`aws:${type}`);
        expect(testAccount.filter((one) => one.inputs.name === role)).toHaveLength(1);
        expect(testAccount.find((one) => one.type === 'aws:cloudwatch/eventTarget:EventTarget')?.inputs).toMatchObject({
          arn: `arn:aws:events:eu-west-1:${build}:event-bus/default`,
          roleArn: expect.stringContaining(`${account}:role/`),
        });
      }
    });

    it('creates the bus statements one after the other, and the rule targets that need them after the last', () => {
      const statements = all('aws:cloudwatch/eventPermission:EventPermission');
      expect(statements.map((one) => [one.inputs.principal, one.after])).toEqual([
        [test, []],
        [prod, [`Bus-${test}`]],
      ]);
      const forwarding = all('aws:cloudwatch/eventTarget:EventTarget').filter((one) => one.account !== build);
      expect(forwarding.length).toBeGreaterThan(0);
      for (const { after } of forwarding) expect(after).toContain(`Bus-${prod}`);
    });

    it('creates every function on Node 24 and arm64 with its own role and a log with retention', () => {
      const functions = all('aws:lambda/function:Function');
      const files = readdirSync(new URL('../../functions', import.meta.url)).map((file) => file.replace('.ts', ''));
      expect(functions.map(({ inputs }) => inputs.name).sort()).toEqual(
        files.map((file) => `gantry-production-${file}`).sort(),
      );
      for (const { inputs } of functions) {
        expect(inputs).toMatchObject({ runtime: 'nodejs24.x', architectures: ['arm64'] });
        expect(inputs.handler).toBe(`${String(inputs.name).replace('gantry-production-', '')}.handler`);
        expect(inputs.role).toBe(`arn:aws:iam::${build}:role/${inputs.name}`);
        expect(
          only('aws:cloudwatch/logGroup:LogGroup', { name: `/aws/lambda/${inputs.name}` }).inputs.retentionInDays,
        ).toBe(90);
      }
      for (const group of all('aws:cloudwatch/logGroup:LogGroup')) expect(group.inputs.retentionInDays).toBe(90);
    });

    it('passes the state machine and the action type to take-job', () => {
      const { environment } = only('aws:lambda/function:Function', { name: 'gantry-production-take-job' }).inputs;
      const type = only('aws:codepipeline/customActionType:CustomActionType').inputs;
      expect(environment).toMatchObject({
        variables: {
          STATE_MACHINE_ARN: `arn:aws:states:eu-west-1:${build}:stateMachine:gantry-production-deploy`,
          PROVIDER: type.providerName,
          VERSIONS: '2,1',
        },
      });
    });

    it.each([
      ['deploy', 16],
      ['rollback', 9],
    ])(
      'fills the state machine %s with published versions of functions that it creates, and leaves no token',
      (name, count) => {
        const { definition, loggingConfiguration, tracingConfiguration } = only('aws:sfn/stateMachine:StateMachine', {
          name: `gantry-production-${name}`,
        }).inputs;
        const named = [...String(definition).matchAll(/:function:([\w-]+:7)"/g)].map(([, name = '']) => name);
        const made = all('aws:lambda/function:Function')
          .filter(({ inputs }) => inputs.publish)
          .map(({ inputs }) => `${inputs.name}:7`);
        expect(String(definition)).not.toContain('${');
        expect(named).toHaveLength(count);
        expect(String(definition).match(/:function:/g)).toHaveLength(count);
        expect(named.filter((name) => !made.includes(name))).toEqual([]);
        expect(loggingConfiguration).toMatchObject({ level: 'ALL', includeExecutionData: false });
        expect(tracingConfiguration).toEqual({ enabled: true });
      },
    );

    it('publishes versions of the functions that machines invoke, and admits every version of them', () => {
      const eventFunctions = ['announce-end', 'report-dead-execution', 'take-job', 'wake'];
      const isPublished = ({ inputs }: DeclaredResource) => inputs.publish === true;
      const [published, others] = [true, false].map((wanted) =>
        all('aws:lambda/function:Function').filter((one) => isPublished(one) === wanted),
      );
      expect(others!.map(({ inputs }) => inputs.name).sort()).toEqual(
        eventFunctions.map((file) => `gantry-production-${file}`),
      );
      const invocations = ['deploy', 'rollback', 'continue', 'run'].flatMap((machine) => {
        const { policy } = only('aws:iam/rolePolicy:RolePolicy', { role: `gantry-production-${machine}` }).inputs;
        return documentIn(policy).Statement.find(({ Sid }) => Sid === 'InvokeFunctions')?.Resource ?? [];
      });
      expect([...new Set(invocations)].sort()).toEqual(
        published!.map(({ inputs }) => `arn:aws:lambda:eu-west-1:${build}:function:${inputs.name}:*`).sort(),
      );
    });

    it('replaces the functions that start executions after the machines, and the functions of states before them', () => {
      const nameOf = ({ name }: DeclaredResource) => name.replace(/Function$/, '');
      const waiting = all('aws:lambda/function:Function').filter(({ after }) => after.includes('Deploy'));
      expect(waiting.map(nameOf).sort()).toEqual(['AnnounceEnd', 'ReportDeadExecution', 'TakeJob', 'Wake']);
      for (const { after } of waiting) expect(after).toEqual(expect.arrayContaining(['Deploy', 'Rollback']));
      const [deploy] = all('aws:sfn/stateMachine:StateMachine').filter(({ name }) => name === 'Deploy');
      expect(deploy!.after).toContain('AcknowledgeJob');
      expect(deploy!.after).not.toContain('TakeJob');
    });

    it('invokes take-job and report-dead-execution by event and every minute, and keeps undelivered events', () => {
      const queue = `arn:aws:sqs:eu-west-1:${build}:${only('aws:sqs/queue:Queue').inputs.name}`;
      expect(all('aws:scheduler/schedule:Schedule').map(({ name, inputs }) => [name, inputs])).toMatchObject(
        ['take-job', 'report-dead-execution'].map((file) => [
          `${tokenForFile(file)}Schedule`,
          {
            scheduleExpression: 'rate(1 minute)',
            target: {
              arn: `arn:aws:lambda:eu-west-1:${build}:function:gantry-production-${file}`,
              deadLetterConfig: { arn: queue },
            },
          },
        ]),
      );
      const targets = all('aws:cloudwatch/eventTarget:EventTarget').filter((one) => one.account === build);
      const withoutQueue = targets.filter((one) => one.inputs.deadLetterConfig === undefined);
      expect(withoutQueue.map((one) => one.inputs.arn)).toEqual([
        `arn:aws:lambda:eu-west-1:${build}:function:gantry-production-report-dead-execution`,
      ]);
      expect(targets.flatMap((one) => one.inputs.deadLetterConfig ?? [])).toEqual(Array(4).fill({ arn: queue }));
      const rules = all('aws:lambda/permission:Permission').map((one) =>
        String(one.inputs.sourceArn).split('/').at(-1),
      );
      expect(rules.filter((name) => only('aws:cloudwatch/eventRule:EventRule', { name }) === undefined)).toEqual([]);
      const kept = all('aws:lambda/function:Function').filter((one) => one.inputs.deadLetterConfig !== undefined);
      expect(kept.map(({ inputs }) => [inputs.name, inputs.deadLetterConfig])).toEqual([
        ['gantry-production-wake', { targetArn: queue }],
      ]);
    });

    it('creates an alarm for each way to fail', () => {
      expect(all('aws:cloudwatch/metricAlarm:MetricAlarm').map((one) => one.inputs.metricName)).toEqual([
        'ExecutionsFailed',
        'ExecutionsTimedOut',
        'ExecutionsAborted',
        'ExecutionsFailed',
        'RollbackOverdue',
        'ApproximateNumberOfMessagesVisible',
        'Errors',
        'Errors',
      ]);
    });

    it('sends an e-mail at each end of a deployment if configured, and has no topic otherwise', async () => {
      expect(all('aws:sns/topic:Topic')).toEqual([]);
      const asked = await evaluateProgram(
        real.replace("name: 'gantry',", "name: 'gantry', notify: { email: 'a@example.com' },"),
      );
      const inputs = (type: string, name: string) =>
        asked.resources.find((one) => one.type === type && one.name === name)?.inputs;
      expect(inputs('aws:sns/topicSubscription:TopicSubscription', 'NotificationsEmail')).toMatchObject({
        protocol: 'email',
        endpoint: 'a@example.com',
      });
    });

    it('creates the table with on-demand capacity, point-in-time recovery and a time to live', () => {
      expect(only('aws:dynamodb/table:Table').inputs).toMatchObject({
        billingMode: 'PAY_PER_REQUEST',
        pointInTimeRecovery: { enabled: true },
        ttl: { enabled: true },
      });
    });

    it('retains only what holds data or is named by pipelines when it is removed', () => {
      const kept = program.resources.filter((one) => one.retained).map((one) => one.name);
      expect(kept.sort()).toEqual([
        'Action-2',
        'ArtifactKey',
        'Artifacts-web-shop-production',
        'Images-web-shop-production',
        'Ledger',
      ]);
    });

    it('allows no wildcard that is not on the list with a reason', () => {
      const documents = [
        'aws:iam/rolePolicy:RolePolicy',
        'aws:kms/keyPolicy:KeyPolicy',
        'aws:s3/bucketPolicy:BucketPolicy',
      ].flatMap(all);
      const statements = documents.flatMap((one) =>
        documentIn(one.inputs.policy).Statement.map((statement) => ({ ...statement, of: one })),
      );
      expect(statements.length).toBeGreaterThan(60);
      for (const { Action, Resource = [], of } of statements) {
        const families = Action.filter((action) => action.includes('*') && actionWildcards[action] === undefined);
        const open =
          Resource.includes('*') && of.type.startsWith('aws:iam')
            ? Action.filter((action) => actionsWithoutResource[action] === undefined)
            : [];
        const ends = Resource.filter(
          (resource) => /.\*/.test(resource) && !runtime.some(({ where }) => where.test(resource)),
        );
        expect({ of: of.name, families, open, ends }).toEqual({ of: of.name, families: [], open: [], ends: [] });
      }
    });

    it('gives every role a policy, except the roles of containers', () => {
      const granted = all('aws:iam/rolePolicy:RolePolicy').map((one) => `${one.account} ${one.inputs.role}`);
      const without = all('aws:iam/role:Role').filter((one) => !granted.includes(`${one.account} ${one.inputs.name}`));
      expect(without.map((one) => one.inputs.name)).toEqual(['web-task', 'web-task']);
    });

    it('uses the ARN that KMS returned for the key everywhere', () => {
      expect(JSON.stringify(program.resources)).not.toContain('not-known-yet');
    });

    it('prints what to do next', () => {
      expect(program.outputs).toMatchObject({
        artifactKey: key,
        deploymentRoles: { test: `arn:aws:iam::${test}:role/test-deployment` },
        services: { 'test/web': expect.stringMatching(/^http:\/\//) },
        templates: [],
      });
    });

    it('creates nothing in an account that is set up from the template, and says how to set it up', async () => {
      const elsewhere = await evaluateProgram(real.replace("name: 'prod',", "name: 'prod', setUp: 'template',"));
      expect(elsewhere.resources.filter((one) => one.account === prod)).toEqual([]);
      expect(elsewhere.outputs).toMatchObject({
        templates: ['npm run --silent gantry -- template target prod --stage production'],
      });
    });

    it("refuses the example's accounts", async () => {
      await expect(evaluateProgram(example)).rejects.toThrow(/cannot be deployed yet[\s\S]*build\.account/);
    });
  },
);
