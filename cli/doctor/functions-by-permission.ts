import type { SystemDeclaration } from '../../infra/system.ts';
import type { FunctionDeclaration } from '../../infra/system-workflow.ts';

/** The functions whose declared role allows an action. */
export const findFunctionsAllowedTo = (
  { functions, roles }: SystemDeclaration,
  action: string,
): FunctionDeclaration[] =>
  functions.filter(({ role }) => {
    const policies = roles.find(({ arn }) => arn === role)?.policies ?? {};
    return Object.values(policies).some(({ Statement }) => Statement.some(({ Action }) => Action.includes(action)));
  });
