import type { System } from '../../infra/system.ts';
import type { LambdaFunction } from '../../infra/system-workflow.ts';

/** The functions whose work needs an action, which is to say: whose role is declared to be allowed it. */
export const functionsThat = ({ functions, roles }: System, action: string): LambdaFunction[] =>
  functions.filter(({ role }) => {
    const policies = roles.find(({ arn }) => arn === role)?.policies ?? {};
    return Object.values(policies).some(({ Statement }) => Statement.some(({ Action }) => Action.includes(action)));
  });
