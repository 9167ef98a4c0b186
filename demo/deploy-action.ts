import { fitName } from '../infra/fit-name.ts';
import type { TargetService } from '../local/run/target-services.ts';

/** Botocore codepipeline `ActionName`. */
const maxActionName = 100;

/** Whether an action of a pipeline deploys to the service, by the names that declared pipelines have. */
export const isDeployAction = (
  { target, service }: TargetService,
  action: { stageName: string; actionName: string },
): boolean =>
  action.stageName === `Deploy-${target.name}` &&
  action.actionName === fitName(`Deploy-${service.name}`, maxActionName);
