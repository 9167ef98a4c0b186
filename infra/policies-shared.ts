import type { TargetConfig } from '../core/config/check.ts';
import { canPipelinesDeployUnnamed } from '../core/config/matched-services.ts';
import { deploymentRoleArn } from '../core/config/targets.ts';
import { eventSource } from '../core/reporting/deployment-event.ts';
import type { Installation } from './installation.ts';
import { tableStatement } from './policies-table.ts';
import { allowStatement, type Statement } from './policy.ts';

/* The statements that several functions have. */

/** The permission to assume the roles of all targets. */
export const assumeTargetRoles = (installation: Installation): Statement[] =>
  assumeRolesOf(installation, installation.config.targets);

/** The permission to assume the roles of some targets; none if there are no such targets. */
export const assumeRolesOf = ({ stage }: Installation, targets: TargetConfig[]): Statement[] =>
  targets.length === 0
    ? []
    : [
        allowStatement('TargetRoles', ['sts:AssumeRole'], {
          on: targets.map((target) => deploymentRoleArn(target, stage)),
        }),
      ];

/**
 * The permission to read the containers of a service that only a pattern allows. Actions that share an image list use the entries for the containers of
 * their services. For a service that only a pattern allows, only the task definition names the containers. None if no pipeline can deploy such a service.
 */
export const readMatchedContainers = (installation: Installation): Statement[] =>
  assumeRolesOf(
    installation,
    installation.config.targets.filter((target) => canPipelinesDeployUnnamed(installation.config, target)),
  );

/** The permission to read the digests of tags, in the repositories that images can come from. */
export const readDigests = (installation: Installation): Statement =>
  allowStatement('Digests', ['ecr:BatchGetImage'], { on: installation.imageRepositories });

/**
 * Limited to Gantry's own event source, so that the function cannot send events with another source (eb-event-bus-permissions: the key is a list with the
 * source of each entry).
 */
export const putGantryEvents = (installation: Installation): Statement =>
  allowStatement('SendEvents', ['events:PutEvents'], {
    on: [installation.bus],
    when: { 'ForAllValues:StringEquals': { 'events:source': eventSource } },
  });

/** Finds the commit of a release, and whether CodePipeline rolls back a stage. Any pipeline of the account can contain Gantry's action. */
export const findCommit = (installation: Installation): Statement =>
  allowStatement('FindCommit', ['codepipeline:GetPipelineExecution'], { on: [installation.pipelines] });

/** For a function that is invoked asynchronously: Lambda uses the function's role to send an event to the queue after all retries failed. */
export const sendDeadLetter = (installation: Installation): Statement =>
  allowStatement('DeadLetter', ['sqs:SendMessage'], { on: [installation.deadLetters] });

/**
 * Records an event of a service and wakes the executions that wait for an event. states:SendTaskSuccess does not support resource-level permissions (service
 * authorization reference of Step Functions).
 */
export const wakeExecutions = (installation: Installation): Statement[] => [
  tableStatement(installation, 'RecordEvent', ['dynamodb:UpdateItem']),
  allowStatement('WakeExecutions', ['states:SendTaskSuccess'], { on: ['*'] }),
];
