import { type DeclaredStage, runOrderOf } from './declared-pipeline.ts';

/** An action in a pipeline, as its job names it. */
export interface ActionInStage {
  stage?: string | undefined;
  action?: string | undefined;
}

/**
 * Returns the name of the approval that an action waits for: in an earlier stage, or in the same stage with a smaller run order. `none` if there is no
 * approval; `unknown` if the declaration does not contain the action.
 */
export function findApprovalBefore(
  stages: DeclaredStage[],
  { stage, action }: ActionInStage,
): { approval: string } | 'none' | 'unknown' {
  const at = stages.findIndex(({ name }) => name !== undefined && name === stage);
  const own = stages[at]?.actions?.find(({ name }) => name !== undefined && name === action);
  if (own === undefined) return 'unknown';
  const before = [
    ...stages.slice(0, at).flatMap(({ actions = [] }) => actions),
    ...(stages[at]?.actions ?? []).filter((one) => runOrderOf(one) < runOrderOf(own)),
  ];
  const found = before.findLast(({ actionTypeId }) => actionTypeId?.category === 'Approval');
  return found === undefined ? 'none' : { approval: found.name ?? 'without a name' };
}
