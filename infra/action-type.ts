import { plan } from './plan.ts';

const { provider, version, category, settings, ...rest } = plan.actionType;

/** The newest version of the custom action type. Earlier versions stay in the account, because pipelines can still use them. */
export const actionType = new aws.codepipeline.CustomActionType(
  `Action-${version}`,
  {
    category,
    providerName: provider,
    version,
    settings,
    configurationProperties: rest.configurationProperties,
    inputArtifactDetails: rest.inputArtifactDetails,
    outputArtifactDetails: rest.outputArtifactDetails,
  },
  { retainOnDelete: true },
);
