import type { Config } from '../core/config/check.ts';
import type { Names } from '../core/config/resource-names.ts';
import { installationOf } from './arns.ts';
import type { EventRule, EventSchedule } from './event-rule.ts';
import type { Role, Statement } from './policy.ts';
import { type ActionType, actionTypeOf } from './system-action-type.ts';
import {
  type Bucket,
  bucketOf,
  buildRoles,
  type Key,
  keyOf,
  type Project,
  projectOf,
  type Repository,
  repositoryOf,
} from './system-build.ts';
import { rulesOf, schedulesOf } from './system-events.ts';
import { busStatements, targetRules } from './system-forwarding.ts';
import { type Notification, notificationOf } from './system-notification.ts';
import { type PipelineDeclaration, pipelineOf } from './system-pipeline.ts';
import { type Service, servicesOf, targetRoles } from './system-targets.ts';
import { type Alarm, alarmsOf, type Queue, queueOf, type Table, tableOf } from './system-watch.ts';
import {
  functionsOf,
  type LambdaFunction,
  type Machine,
  machineOf,
  rollbackMachineOf,
  workflowRoles,
} from './system-workflow.ts';

/** Everything that one configuration installs, in all accounts, as plain data. Pulumi makes it in AWS, `local/` in the embedded AWS. */
export interface System {
  account: string;
  region: string;
  stage: string;
  names: Names;
  roles: Role[];
  key: Key;
  bucket: Bucket;
  repository: Repository;
  project: Project;
  actionType: ActionType;
  pipeline: PipelineDeclaration;
  functions: LambdaFunction[];
  machine: Machine;
  rollbackMachine: Machine;
  rules: EventRule[];
  schedules: EventSchedule[];
  /** Statements of the build account's default bus, by the target account that they let in. */
  bus: { account: string; statement: Statement }[];
  table: Table;
  deadLetters: Queue;
  alarms: Alarm[];
  /** E-mail about deployments, where the configuration asks for it. */
  notification: Notification | undefined;
  /** The services that the configuration asks to be made. */
  services: Service[];
}

/** The whole installation of one stage. `keyArn` is the artifact key's, which KMS chooses. Throws a ConfigurationError for a bad stage. */
export function systemOf(given: Config, { stage, keyArn }: { stage: string; keyArn: string }): System {
  const here = installationOf(given, stage, keyArn);
  const { config } = here;
  const rules = [...rulesOf(here), ...config.targets.flatMap((target) => targetRules(here, target))];
  const notification = notificationOf(here);
  const own = rules.filter((rule) => rule.account === here.account && rule.region === here.region);
  return {
    account: here.account,
    region: here.region,
    stage,
    names: here.names,
    roles: [
      ...buildRoles(here),
      ...workflowRoles(here),
      ...config.targets.flatMap((target) => targetRoles(here, target)),
    ],
    key: keyOf(here),
    bucket: bucketOf(here),
    repository: repositoryOf(here),
    project: projectOf(here),
    actionType: actionTypeOf(here),
    pipeline: pipelineOf(here),
    functions: functionsOf(here),
    machine: machineOf(here),
    rollbackMachine: rollbackMachineOf(here),
    rules,
    schedules: schedulesOf(here),
    bus: busStatements(here),
    table: tableOf(here),
    deadLetters: queueOf(here, notification === undefined ? own : [...own, notification.rule]),
    alarms: alarmsOf(here),
    notification,
    services: config.targets.flatMap((target) => servicesOf(here, target)),
  };
}
