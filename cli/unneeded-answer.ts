import { isTableUnavailable } from '../aws/dynamodb.ts';
import { listHookAnswers } from '../aws/hook-answers.ts';
import type { NamedTarget } from '../core/config/targets.ts';
import { Failure } from '../core/errors/failure.ts';
import type { HookAction } from '../core/model/hook-answer.ts';
import { decideWhetherToSendAnswer } from '../core/rollout/answer-hook.ts';
import type { ServiceDeployment } from '../core/rollout/observation.ts';
import { isPauseHook } from '../core/service/strategy-warnings.ts';

/** An answer of a person while no hook of the deployment waits for a person. `by`: the claimed name. `table`: the name of Gantry's table. */
interface UnneededAnswer {
  target: NamedTarget;
  deployment: ServiceDeployment;
  action: HookAction;
  by: string;
  table: string;
}

const endStatuses = ['SUCCESSFUL', 'STOPPED', 'ROLLBACK_SUCCESSFUL', 'ROLLBACK_FAILED'];

/** Whether somebody can have answered a hook of the deployment a moment ago, so that a second answer is no error. */
const canHaveBeenAnswered = ({ status, strategy }: ServiceDeployment): boolean =>
  !endStatuses.includes(status) && (strategy?.lifecycleHooks ?? []).some(isPauseHook);

/**
 * Returns the sentence for a person who has already given this answer. Throws a ConfigurationError if nothing waits. Undefined if only an execution can find
 * that out: ECS's response to an earlier answer is unknown, or the user is not allowed to read the answers.
 */
export async function explainUnneededAnswer(
  { target, deployment, action, by, table }: UnneededAnswer,
  now: Date,
): Promise<string | undefined> {
  process.env.TABLE = table;
  const found = await listHookAnswers(target);
  const isUnknown = isTableUnavailable(found);
  if (isUnknown && canHaveBeenAnswered(deployment)) return undefined;
  const answers = isUnknown ? [] : found;
  const recorded = answers.find(({ serviceDeploymentArn }) => serviceDeploymentArn === deployment.arn);
  if (recorded?.status === 'sent') return undefined;
  const asked = { serviceDeploymentArn: deployment.arn, action, by, execution: '' };
  const decision = decideWhetherToSendAnswer({ now, asked, deployment, recorded });
  if (decision.do === 'refuse') throw new Failure('ConfigurationError', decision.sentence);
  return decision.do === 'done' ? decision.sentence : undefined;
}
