import type { SystemDeclaration } from '../system.ts';
import { listStateMachines } from '../system-state-machines.ts';
import { functionId, machineId } from './resource-ids.ts';
import { roleId } from './roles.ts';

/** The inputs from which the template of the build account is rendered. */
export interface TemplateContext {
  system: SystemDeclaration;
  /** The stand-in for the artifact key's ARN in `system`. */
  keyArn: string;
  /** The digest of each function's zip, by the function's file. */
  codeDigests: ReadonlyMap<string, string>;
  /** Returns the ASL of a state machine by its path, such as `state-machines/deploy.asl.json`. */
  readDefinition(file: string): string;
}

/** Returns the logical id of a role that the template declares. Throws if no such role is declared. */
export function findRole({ system }: TemplateContext, arn: string): string {
  const found = system.roles.find((role) => role.arn === arn);
  if (found === undefined) throw new Error(`infra/system.ts names the role ${arn}, but declares no such role.`);
  return roleId(found);
}

/** Returns the logical id of the function or machine with this ARN; undefined for a resource outside the template. */
export function findInvoked(context: TemplateContext, arn: string): string[] {
  const functions = context.system.functions.filter((one) => one.arn === arn);
  const machines = listStateMachines(context.system).filter((one) => one.arn === arn);
  return [...functions.map(({ file }) => functionId(file)), ...machines.map(machineId)];
}
