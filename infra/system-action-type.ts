import { type ActionTypeContent, declareActionTypeContent } from './action-type-content.ts';
import { actionTypeVersion } from './action-type-version.ts';
import type { Installation } from './installation.ts';

/** The parameters of CodePipeline's CreateCustomActionType. */
export interface ActionTypeDeclaration extends ActionTypeContent {
  category: 'Deploy';
  provider: string;
  version: string;
}

/** The newest version of the custom action. */
export const declareActionType = ({ names, region }: Installation): ActionTypeDeclaration => ({
  category: 'Deploy',
  provider: names.provider,
  version: actionTypeVersion,
  ...declareActionTypeContent(region),
});
