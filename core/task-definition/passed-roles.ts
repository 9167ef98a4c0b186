import { isFieldSet, type RawTaskDefinition } from './raw.ts';

/** The fields of a task definition whose roles the caller of RegisterTaskDefinition passes to ECS (ECS Developer Guide, "Grant permissions to pass roles"). */
export const roleFields = ['taskRoleArn', 'executionRoleArn'] as const;

/** Returns the roles of a task definition that the caller of RegisterTaskDefinition passes: ARNs or short names. */
export const listPassedRoles = (definition: RawTaskDefinition): string[] =>
  roleFields.flatMap((field) => (isFieldSet(definition[field]) ? [String(definition[field])] : []));
