import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { renderDefinition } from '../../infra/asl.ts';
import type { EventRuleDeclaration, ScheduleDeclaration } from '../../infra/event-rule.ts';
import type { SystemDeclaration } from '../../infra/system.ts';
import { describeTableKeys } from '../../infra/system-monitoring.ts';
import { listStateMachines } from '../../infra/system-state-machines.ts';
import type { FunctionDeclaration } from '../../infra/system-workflow.ts';
import type { Cloud } from '../cloud.ts';
import { getFunctions, installFunction } from '../lambda/functions.ts';
import { publishVersion } from '../lambda/versions.ts';
import { type Administrator, actAsAdministrator, installRoles } from './accounts.ts';

const root = join(import.meta.dirname, '..', '..');

/** Installs the functions from their bundles, the state machines, the table, and the rules and schedules that start them. */
export async function installWorkflow(cloud: Cloud, system: SystemDeclaration, bundles: string): Promise<void> {
  const admin = actAsAdministrator(cloud, system.account, system.region);
  for (const { logGroup: logGroupName } of [...system.functions, ...listStateMachines(system)])
    await admin('logs', 'CreateLogGroup', { logGroupName });
  for (const { name, role: roleArn, definition } of await installFunctions(cloud, system, bundles))
    await admin('states', 'CreateStateMachine', { name, roleArn, definition, type: 'STANDARD' });
  await installTable(admin, system);
  await installBus(admin, system);
  for (const rule of system.rules) await installRule(actAsAdministrator(cloud, rule.account, rule.region), rule);
  for (const schedule of system.schedules) await installSchedule(admin, schedule);
}

/**
 * Updates the roles, the functions and the state machines of an installed system, in the order of `infra/`. `bundles` is the folder of the new code. It must
 * not be the folder of the old code.
 */
export async function updateWorkflow(cloud: Cloud, system: SystemDeclaration, bundles: string): Promise<void> {
  const admin = actAsAdministrator(cloud, system.account, system.region);
  installRoles(cloud, system);
  for (const { arn: stateMachineArn, role: roleArn, definition } of await installFunctions(cloud, system, bundles))
    await admin('states', 'UpdateStateMachine', { stateMachineArn, roleArn, definition });
}

/** Installs or replaces the functions and publishes their versions; returns the machines with definitions that name these versions. */
async function installFunctions(cloud: Cloud, system: SystemDeclaration, bundles: string) {
  const versions = new Map(
    system.functions.map((fn) => {
      const arn = installFunction(cloud, functionSettings(fn, system, bundles));
      return [fn.file, fn.isVersioned ? publishInstalled(cloud, arn) : arn];
    }),
  );
  return Promise.all(
    listStateMachines(system).map(async (machine) => {
      const asl = await readFile(join(root, machine.file), 'utf8');
      const arns = machine.functions.map((file) => versions.get(file) ?? '');
      return { ...machine, definition: renderDefinition(asl, machine, arns) };
    }),
  );
}

function publishInstalled(cloud: Cloud, arn: string): string {
  const latest = getFunctions(cloud).byArn.get(arn);
  return latest === undefined ? '' : publishVersion(latest).arn;
}

const functionSettings = (fn: FunctionDeclaration, { account, region }: SystemDeclaration, bundles: string) => ({
  name: fn.name,
  account,
  region,
  file: join(bundles, fn.file, `${fn.file}.mjs`),
  handler: `${fn.file}.handler`,
  environment: fn.environment,
  roleArn: fn.role,
  timeoutSeconds: fn.timeoutSeconds,
  memoryMb: fn.memoryMegabytes,
  policy: {
    Version: '2012-10-17' as const,
    Statement: fn.invokedBy.map(({ principal, sourceArn }, index) => ({
      Sid: `Invoke${index}`,
      Effect: 'Allow',
      Principal: { Service: principal },
      Action: 'lambda:InvokeFunction',
      Resource: fn.arn,
      Condition: { ArnLike: { 'AWS:SourceArn': sourceArn } },
    })),
  },
});

const installTable = (admin: Administrator, { table }: SystemDeclaration) =>
  admin('dynamodb', 'CreateTable', {
    TableName: table.name,
    BillingMode: table.billingMode,
    ...describeTableKeys(table),
  });

async function installRule(admin: Administrator, { name, pattern, target }: EventRuleDeclaration): Promise<void> {
  await admin('events', 'PutRule', { Name: name, EventPattern: JSON.stringify(pattern) });
  const role = target.roleArn === undefined ? {} : { RoleArn: target.roleArn };
  const letters = target.deadLetters === undefined ? {} : { DeadLetterConfig: { Arn: target.deadLetters } };
  await admin('events', 'PutTargets', {
    Rule: name,
    Targets: [{ Id: target.id, Arn: target.arn, ...role, ...letters }],
  });
}

/**
 * Adds one statement after the other, as infra/events.ts does, because parallel calls would lose statements. The rules' targets are added after the statements.
 */
async function installBus(admin: Administrator, { bus }: SystemDeclaration): Promise<void> {
  for (const { account: Principal, statement } of bus)
    await admin('events', 'PutPermission', { Action: 'events:PutEvents', Principal, StatementId: statement.Sid });
}

/** Installs a schedule as a rule with a rate, because the emulator does not support EventBridge Scheduler's own API. */
async function installSchedule(admin: Administrator, { name, expression, target }: ScheduleDeclaration): Promise<void> {
  const Name = `${name}-schedule`;
  await admin('events', 'PutRule', { Name, ScheduleExpression: expression });
  const { arn: Arn, roleArn: RoleArn, input: Input } = target;
  await admin('events', 'PutTargets', { Rule: Name, Targets: [{ Id: 'schedule', Arn, RoleArn, Input }] });
}
