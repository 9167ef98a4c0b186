import type { RawTaskDefinition } from './raw.ts';

/** The fields of a task definition whose roles the caller of RegisterTaskDefinition passes to ECS (ECS Developer Guide, "Grant permissions to pass roles"). */
const roleFields = ['executionRoleArn', 'taskRoleArn'];

/** Returns the roles that the caller passes who registers a task definition: ARNs or short names. */
export const listPassedRoles = (definition: RawTaskDefinition): string[] =>
  roleFields.flatMap((field) => {
    const role = definition[field];
    return typeof role === 'string' && role !== '' ? [role] : [];
  });
