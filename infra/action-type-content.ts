import { formatConsoleUrl } from '../core/parsing/partition.ts';

/** The parameters of CodePipeline's CreateCustomActionType that a version of the action type fixes. */
export interface ActionTypeContent {
  settings: { entityUrlTemplate: string; executionUrlTemplate: string };
  configurationProperties: ConfigurationProperty[];
  inputArtifactDetails: { minimumCount: number; maximumCount: number };
  outputArtifactDetails: { minimumCount: number; maximumCount: number };
}

export interface ConfigurationProperty {
  name: string;
  required: boolean;
  key: boolean;
  secret: boolean;
  queryable: boolean;
  type: 'String';
  description: string;
}

/** The content of the custom action in one Region. Its links can use only properties that are required and not secret (CodePipeline User Guide, custom actions). */
export const declareActionTypeContent = (region: string): ActionTypeContent => ({
  settings: {
    entityUrlTemplate: `${formatConsoleUrl(region).replace(region, '{Config:Region}')}/ecs/v2/clusters/{Config:ClusterName}/services/{Config:ServiceName}/health?region={Config:Region}`,
    executionUrlTemplate: `${formatConsoleUrl(region)}/states/home?region=${region}#/v2/executions/details/{ExternalExecutionId}`,
  },
  configurationProperties: declaredProperties,
  // Five is the maximum (botocore codepipeline `MaximumArtifactCount`). Any of the artifacts can contain the requested file.
  inputArtifactDetails: { minimumCount: 1, maximumCount: 5 },
  outputArtifactDetails: { minimumCount: 0, maximumCount: 0 },
});

// A description holds 160 characters, and a type ten properties (botocore codepipeline `ActionConfigurationProperty…`).
const declareProperty = (name: string, description: string, required = false): ConfigurationProperty => ({
  name,
  required,
  key: name === 'ClusterName' || name === 'ServiceName',
  secret: false,
  queryable: false,
  type: 'String',
  description,
});

const declaredProperties: ConfigurationProperty[] = [
  declareProperty('ClusterName', 'The ECS cluster in the target account.', true),
  declareProperty('ServiceName', 'The ECS service to deploy to.', true),
  declareProperty('RoleArn', 'The role in the target account that Gantry deploys with.', true),
  declareProperty('Region', "The target's Region.", true),
  declareProperty('FileName', 'The file of the artifact that lists the images. Default: imagedefinitions.json.'),
  declareProperty(
    'DeploymentTimeout',
    'Minutes after which a deployment that is not stable counts as failed. Default: 60.',
  ),
  declareProperty(
    'TaskDefinition',
    "Base of the revision: the service's (default), latest, or a task definition file of the artifact.",
  ),
  declareProperty(
    'RollBackOnFailure',
    'true (default): a failed deployment is rolled back. false: it is left as it is.',
  ),
  declareProperty(
    'BakeMinutes',
    'Minutes that a stable deployment is watched for alarms before it counts as good. Default: 0.',
  ),
  declareProperty('ExternalId', 'The external id that the role asks for, where it asks for one.'),
];
