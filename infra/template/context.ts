import type { SystemDeclaration } from '../system.ts';
import { listStateMachines } from '../system-state-machines.ts';
import { functionId, machineId } from './resource-ids.ts';
import { roleId } from './roles.ts';

/** What the template of the build account is rendered from. */
export interface TemplateContext {
  system: SystemDeclaration;
  /** The ARN that stands for the artifact key's in `system`. */
  keyArn: string;
  /** The digest of each function's zip, by the function's file. */
  codeDigests: ReadonlyMap<string, string>;
  /** Returns the ASL of a state machine by its path, such as `state-machines/deploy.asl.json`. */
  readDefinition(file: string): string;
}

/** The logical id of a role, which must exist before it is used. Throws if no such role is declared. */
export function findRole({ system }: TemplateContext, arn: string): string {
  const found = system.roles.find((role) => role.arn === arn);
  if (found === undefined) throw new Error(`infra/system.ts names the role ${arn}, but declares no such role.`);
  return roleId(found);
}

/** The logical id of the function or machine with this ARN; none for a resource that is elsewhere. */
export function findInvoked(context: TemplateContext, arn: string): string[] {
  const functions = context.system.functions.filter((one) => one.arn === arn);
  const machines = listStateMachines(context.system).filter((one) => one.arn === arn);
  return [...functions.map(({ file }) => functionId(file)), ...machines.map(machineId)];
}
