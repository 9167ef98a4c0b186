import type { Config } from '../../core/config/check.ts';
import { formatConsoleUrl } from '../../core/parsing/partition.ts';
import { resolveInstallation } from '../installation.ts';
import { declareSystem, type SystemDeclaration } from '../system.ts';
import { declareForwardingRules } from '../system-forwarding.ts';
import { declareTargetRoles } from '../system-targets.ts';
import { renderActionType } from './action-type.ts';
import { checkTemplateLimits } from './check-template-limits.ts';
import { codeParameters } from './code-parameters.ts';
import type { TemplateContext } from './context.ts';
import { renderBuildRule, renderBusStatements, renderSchedule } from './events.ts';
import { renderFunction } from './functions.ts';
import { insertKeyArn, keyArnPlaceholder } from './key-arn.ts';
import { renderMachine } from './machines.ts';
import { renderAlarm, renderNotification } from './monitoring.ts';
import { renderPipeline } from './pipelines.ts';
import type { Template, TemplateEntry } from './resource.ts';
import { artifactKeyId, machineId } from './resource-ids.ts';
import { renderRole } from './roles.ts';
import { renderKey, renderQueue, renderTable } from './storage.ts';

type Renderer = (context: TemplateContext) => TemplateEntry[];

/** Marks a part of the declaration that is not a resource of the build account, with the reason. */
const notRendered =
  (_reason: string): Renderer =>
  () => [];

/**
 * The function that renders each part of the declaration as resources. A new part of the declaration needs an entry here; without it, the types do not
 * match.
 */
const renderers: Record<keyof SystemDeclaration, Renderer> = {
  account: notRendered('the stack is created in it'),
  region: notRendered('the stack is created in it'),
  stage: notRendered('every name contains it'),
  names: notRendered('the resources have them'),
  roles: ({ system }) => system.roles.map(renderRole),
  key: ({ system: { key, roles }, keyArn }) => (key === undefined ? [] : renderKey(key, roles, keyArn)),
  pipelines: (context) => context.system.pipelines.flatMap((one) => renderPipeline(context, one)),
  actionType: ({ system }) => [renderActionType(system.actionType)],
  functions: (context) => context.system.functions.flatMap((fn) => renderFunction(context, fn)),
  machine: (context) => renderMachine(context, context.system.machine),
  rollbackMachine: (context) => renderMachine(context, context.system.rollbackMachine),
  otherMachines: (context) => context.system.otherMachines.flatMap((one) => renderMachine(context, one)),
  entryMachines: (context) => context.system.entryMachines.flatMap((one) => renderMachine(context, one)),
  deniedEntries: notRendered('they must not exist'),
  rules: (context) => context.system.rules.map((rule) => renderBuildRule(context, rule)),
  schedules: (context) => context.system.schedules.map((schedule) => renderSchedule(context, schedule)),
  bus: ({ system }) => renderBusStatements(system.bus),
  table: ({ system }) => renderTable(system.table),
  deadLetters: ({ system }) => renderQueue(system.deadLetters),
  alarms: ({ system }) => system.alarms.map(renderAlarm),
  notification: ({ system: { notification } }) => (notification === undefined ? [] : renderNotification(notification)),
  services: notRendered(
    'they are in target accounts, and an update of their stack would set the first revision again (docs/deploy.md)',
  ),
  moreServices: notRendered('a number for the doctor'),
};

/** Returns the resources of the build account. The templates of the targets contain the other resources. */
function declareBuildAccount(config: Config, stage: string, keyArn: string): SystemDeclaration {
  const system = declareSystem(config, { stage, keyArn });
  const installation = resolveInstallation(config, stage, keyArn);
  const { targets } = installation.config;
  const isElsewhere = (name: string, others: { name: string }[]) => others.some((other) => other.name === name);
  const roles = targets.flatMap((target) => declareTargetRoles(installation, target));
  const rules = targets.flatMap((target) => declareForwardingRules(installation, target));
  return {
    ...system,
    roles: system.roles.filter(({ arn }) => !roles.some((role) => role.arn === arn)),
    rules: system.rules.filter(({ name }) => !isElsewhere(name, rules)),
  };
}

/** The inputs of a template besides the configuration. */
export type TemplateSources = Pick<TemplateContext, 'codeDigests' | 'readDefinition'>;

/**
 * Everything in the build account as a CloudFormation template. `sst deploy` uses the same data. Throws a ConfigurationError for an invalid stage, and
 * for a template that CloudFormation would refuse.
 */
export function createBuildTemplate(config: Config, stage: string, sources: TemplateSources): Template {
  const keyArn = keyArnPlaceholder(config);
  const context = { system: declareBuildAccount(config, stage, keyArn), keyArn, ...sources };
  const entries = Object.values(renderers).flatMap((render) => render(context));
  return checkTemplateLimits({
    AWSTemplateFormatVersion: '2010-09-09',
    Description: `Gantry (${config.name}, ${stage}) in account ${config.build.account} (${config.build.region})`,
    Parameters: codeParameters,
    Resources: Object.fromEntries(insertKeyArn(entries, keyArn, keyArnAttribute)),
    Outputs: listOutputs(context),
  });
}

const keyArnAttribute = { 'Fn::GetAtt': [artifactKeyId, 'Arn'] };

const listOutputs = ({ system }: TemplateContext) => ({
  ...(system.key && {
    ArtifactKeyArn: { Description: 'What the templates of targets need', Value: keyArnAttribute },
  }),
  Workflow: {
    Description: 'The state machine that deploys, in the console',
    Value: {
      'Fn::Sub': `${formatConsoleUrl(system.region)}/states/home?region=${system.region}#/statemachines/view/\${${machineId(system.machine)}}`,
    },
  },
});
