import { plan } from './plan.ts';

const { provider, version, category, settings, ...rest } = plan.actionType;

/** The custom action type. It has no update: any change replaces it, which is why it has a version. */
export const actionType = new aws.codepipeline.CustomActionType('Action', {
  category,
  providerName: provider,
  version,
  settings,
  configurationProperties: rest.configurationProperties,
  inputArtifactDetails: rest.inputArtifactDetails,
  outputArtifactDetails: rest.outputArtifactDetails,
});
