import { describe, expect, it } from 'vitest';
import { validateConfig } from '../../core/config/check.ts';
import example from '../../infra/config.ts';
import { declareSystem } from '../../infra/system.ts';
import { listSharedMachines, listStateMachines } from '../../infra/system-state-machines.ts';
import { checkTemplateLimits, formatTemplate } from '../../infra/template/check-template-limits.ts';
import { logicalId } from '../../infra/template/resource.ts';
import { machineId } from '../../infra/template/resource-ids.ts';
import { createLargeConfig } from './large-config.ts';
import { allTemplates, buildTemplate, fixedDigests, resourcesOfType } from './templates.ts';

const keyArn = 'arn:aws:kms:eu-west-1:111111111111:key/11111111-2222-3333-4444-555555555555';
const complete = validateConfig({ ...example, notify: { email: 'a@example.com' } });
const template = buildTemplate(complete);
const system = declareSystem(complete, { stage: 'production', keyArn });

/** The names of the resources in a part of the declaration. */
const namesIn = (part: unknown): string[] =>
  [part].flat().flatMap((one) => (typeof one === 'object' && one !== null && 'name' in one ? String(one.name) : []));

describe('the templates together', () => {
  const text = allTemplates(complete).map(formatTemplate).join('\n');
  // No template creates a service, because an update of its stack would set the first revision again.
  const { services: _services, deniedEntries: _deniedEntries, pipelines, notification, ...others } = system;
  const parts = Object.entries({
    ...others,
    pipelines: pipelines.flatMap((one) => Object.values(one)),
    notification: notification?.topic,
  }).map(([part, value]) => ({ part, names: namesIn(value) }));

  it.each(parts.filter(({ names }) => names.length > 0))(
    'create every resource that the declaration has in $part',
    ({ names }) => {
      expect(names.filter((name) => !text.includes(`"${name.split('/').at(-1)}"`))).toEqual([]);
    },
  );

  it('create no resource twice', () => {
    const made = allTemplates(complete).flatMap(({ Description, Resources }) =>
      Object.values(Resources).flatMap(({ Type, Properties }) =>
        Object.entries(Properties).flatMap(([property, value]) =>
          /^(Role|Function|Table|Queue|Bucket|Alarm|Topic|LogGroup|StateMachine)?Name$/.test(property) &&
          typeof value === 'string'
            ? `${Description} ${Type} ${value}`
            : [],
        ),
      ),
    );
    expect(made.length).toBeGreaterThan(90);
    expect(made.length).toBe(new Set(made).size);
  });

  it('give every log group of a function or machine a retention', () => {
    const groups = [...system.functions, ...listStateMachines(system)].map(({ logGroup }) => logGroup);
    const made = Object.values(resourcesOfType(template, 'AWS::Logs::LogGroup')).map(({ Properties }) => Properties);
    expect(groups.filter((name) => !made.some((one) => one.LogGroupName === name))).toEqual([]);
    expect(made.map(({ RetentionInDays }) => RetentionInDays)).toEqual(made.map(() => 90));
  });
});

/** The types whose resources AWS changes by reading and writing one document, with the property that names the document. */
const sharedDocuments: [type: string, document: string][] = [
  ['AWS::Events::EventBusPolicy', 'EventBusName'],
  ['AWS::Lambda::Permission', 'FunctionName'],
  ['AWS::S3::BucketPolicy', 'Bucket'],
  ['AWS::SQS::QueuePolicy', 'Queues'],
];

describe('the template of the build account', () => {
  it.each(sharedDocuments)('changes no document of %s with two resources at once', (type, document) => {
    const made = Object.entries(resourcesOfType(buildTemplate(createLargeConfig(6)), type));
    const byDocument = Map.groupBy(made, ([, { Properties }]) => JSON.stringify(Properties[document]));
    expect(byDocument.size).toBeGreaterThan(0);
    for (const [first, ...others] of byDocument.values()) {
      let [before] = first!;
      for (const [id, { DependsOn = [] }] of others) {
        expect(DependsOn).toContain(before);
        before = id;
      }
    }
  });

  it('creates the statements of the bus one after the other', () => {
    const six = resourcesOfType(buildTemplate(createLargeConfig(6)), 'AWS::Events::EventBusPolicy');
    const ids = Object.keys(six);
    expect(ids).toHaveLength(6);
    expect(Object.values(six).map(({ DependsOn }) => DependsOn ?? [])).toEqual([
      [],
      ...ids.slice(0, -1).map((id) => [id]),
    ]);
  });

  it('creates the roles that the policy of the key names before the key', () => {
    const { ArtifactKey } = template.Resources;
    expect(ArtifactKey?.DependsOn).toEqual(['WebShopProductionPipelineRole', 'WebShopProductionBuildRole']);
    for (const id of ArtifactKey?.DependsOn ?? [])
      expect(JSON.stringify(template.Resources[id])).not.toContain('ArtifactKey"');
  });

  it('retains what sst remove retains, and the versions that executions can still use', () => {
    const retained = Object.values(template.Resources).filter(({ DeletionPolicy }) => DeletionPolicy !== undefined);
    expect([...new Set(retained.map(({ Type }) => Type))].sort()).toEqual([
      'AWS::CodePipeline::CustomActionType',
      'AWS::DynamoDB::Table',
      'AWS::ECR::Repository',
      'AWS::KMS::Key',
      'AWS::Lambda::Version',
      'AWS::S3::Bucket',
    ]);
    for (const { DeletionPolicy, UpdateReplacePolicy } of retained)
      expect([DeletionPolicy, UpdateReplacePolicy]).toEqual(['RetainExceptOnCreate', 'Retain']);
  });

  it('has a role, a log group and code for each function, and starts none before its role has its policies', () => {
    const functions = Object.values(resourcesOfType(template, 'AWS::Lambda::Function'));
    expect(functions).toHaveLength(system.functions.length);
    for (const { Properties, DependsOn = [] } of functions) {
      const needed = Object.entries(template.Resources).filter(
        ([, { Type, Properties: found }]) =>
          (Type === 'AWS::IAM::Role' && found.RoleName === Properties.FunctionName) ||
          (Type === 'AWS::Logs::LogGroup' && found.LogGroupName === `/aws/lambda/${Properties.FunctionName}`),
      );
      expect(needed).toHaveLength(2);
      expect(DependsOn).toEqual(expect.arrayContaining(needed.map(([id]) => id)));
    }
  });
});

it('updates the functions that start executions after the machines', () => {
  const machines = [system.machine, system.rollbackMachine].map(machineId);
  const functions = Object.values(resourcesOfType(template, 'AWS::Lambda::Function'));
  const later = functions.filter(({ DependsOn = [] }) => machines.every((id) => DependsOn.includes(id)));
  expect(later.map(({ Properties }) => Properties.FunctionName).sort()).toEqual(
    system.functions.flatMap(({ name, isVersioned }) => (isVersioned ? [] : [name])).sort(),
  );
});

it('updates each entry machine after the shared machine that it starts, which must accept its input', () => {
  const made = resourcesOfType(template, 'AWS::StepFunctions::StateMachine');
  for (const entry of system.entryMachines) {
    const shared = listSharedMachines(system).find(({ arn }) => arn === entry.starts)!;
    expect(made[machineId(entry)]!.DependsOn).toContain(machineId(shared));
  }
});

describe('the published versions', () => {
  const versionsOf = (given: typeof template) => Object.keys(resourcesOfType(given, 'AWS::Lambda::Version'));
  const machinesOf = (given: typeof template) =>
    Object.values(resourcesOfType(given, 'AWS::StepFunctions::StateMachine')).map(({ Properties }) =>
      JSON.stringify(Properties.DefinitionSubstitutions),
    );
  const [before, unchanged] = [buildTemplate(example), buildTemplate(example)];

  it.each([
    ['nothing', unchanged, 0],
    ['the code of roll-back', buildTemplate(example, new Map([...fixedDigests, ['roll-back', 'another-code']])), 1],
    [
      'the code of every function',
      buildTemplate(example, new Map([...fixedDigests].map(([file]) => [file, 'new']))),
      system.functions.filter(({ isVersioned }) => isVersioned).length,
    ],
    [
      'the code of take-job, which events invoke',
      buildTemplate(example, new Map([...fixedDigests, ['take-job', 'new']])),
      0,
    ],
  ])(
    'after a change of %s, the machines name a new version of exactly the changed functions',
    (_what, after, count) => {
      const added = versionsOf(after).filter((id) => !versionsOf(before).includes(id));
      expect(added).toHaveLength(count);
      for (const id of added) expect(machinesOf(after).join()).toContain(`{"Ref":"${id}"}`);
      const gone = versionsOf(before).filter((id) => !versionsOf(after).includes(id));
      for (const id of gone) expect(machinesOf(after).join()).not.toContain(id);
    },
  );
});

describe('a logical id', () => {
  const names = ['web-1', 'web1', 'Web1', 'web.1', 'team/web-1', 'a-b', 'ab', 'aB', 'a--b', 'a_b'];

  it('is different for every name, and has letters and digits only', () => {
    const ids = names.map((name) => logicalId(name, 'Role'));
    expect(new Set(ids).size).toBe(names.length);
    for (const id of ids) expect(id).toMatch(/^[A-Za-z0-9]+$/);
  });

  it('is readable for names in small letters and hyphens', () => {
    expect(logicalId('test-deployment', 'Role')).toBe('TestDeploymentRole');
  });
});

describe('the size', () => {
  it('of a template for 30 services in 6 targets, with a pipeline each, is within the limits', () => {
    const large = buildTemplate(createLargeConfig(6));
    expect(Object.keys(large.Resources).length).toBeGreaterThan(250);
    expect(Object.keys(large.Resources).length).toBeLessThanOrEqual(500);
    expect(formatTemplate(large).length).toBeLessThan(1_000_000);
  });

  it('of 500 resources is the largest', () => {
    const withResources = (count: number) => ({
      ...template,
      Resources: Object.fromEntries(
        Array.from({ length: count }, (_, index) => [`Topic${index}`, { Type: 'AWS::SNS::Topic', Properties: {} }]),
      ),
    });
    expect(() => checkTemplateLimits(withResources(500))).not.toThrow();
    expect(() => checkTemplateLimits(withResources(501))).toThrow(
      'gantry.config.ts needs a template of 501 resources, and CloudFormation accepts 500. Divide the pipelines',
    );
  });

  it('of 1,000,000 bytes is the largest', () => {
    const withText = (length: number) => ({ ...template, Description: '€'.repeat(length / 3) });
    expect(() => checkTemplateLimits(withText(1_000_000))).toThrow(
      /template of \d{7} bytes, and CloudFormation accepts 1000000/,
    );
    expect(() => checkTemplateLimits(withText(600_000))).not.toThrow();
  });
});
