import { tokenForFile } from '../asl.ts';
import type { EventRuleDeclaration } from '../event-rule.ts';
import type { ActionTypeDeclaration } from '../system-action-type.ts';
import type { StateMachineDeclaration } from '../system-workflow.ts';
import { logicalId } from './resource.ts';

/** The logical ids of the resources that other resources name. An installation has one of each of these. */
export const artifactKeyId = 'ArtifactKey';
export const deadLettersId = 'DeadLetters';
export const tableId = 'Ledger';

export const functionId = (file: string): string => `${tokenForFile(file)}Function`;

export const machineId = ({ name }: Pick<StateMachineDeclaration, 'name'>): string => logicalId(name, 'Machine');

export const ruleId = ({ name }: Pick<EventRuleDeclaration, 'name'>): string => logicalId(name, 'Rule');

/** CodePipeline cannot change an action type, so each version is a separate resource, and the earlier version stays. */
export const actionTypeId = ({ version }: Pick<ActionTypeDeclaration, 'version'>): string => `ActionType${version}`;

/** The statement of the bus for an account. */
export const busStatementId = ({ account }: { account: string }): string => `BusStatement${account}`;
