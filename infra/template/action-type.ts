import type { ActionTypeDeclaration } from '../system-action-type.ts';
import { capitalizeNames, retain, type TemplateEntry } from './resource.ts';
import { actionTypeId } from './resource-ids.ts';

/** The newest version of the custom action type. Each version stays, because pipelines can still use it. */
export const renderActionType = (actionType: ActionTypeDeclaration): TemplateEntry => [
  actionTypeId(actionType),
  retain({ Type: 'AWS::CodePipeline::CustomActionType', Properties: capitalizeNames(actionType) }),
];
