import { actionVersion, type Installation } from './arns.ts';

/** CodePipeline's CreateCustomActionType, exactly. */
export interface ActionType {
  category: 'Deploy';
  provider: string;
  version: string;
  settings: { entityUrlTemplate: string; executionUrlTemplate: string };
  configurationProperties: Property[];
  inputArtifactDetails: { minimumCount: number; maximumCount: number };
  outputArtifactDetails: { minimumCount: number; maximumCount: number };
}

export interface Property {
  name: string;
  required: boolean;
  key: boolean;
  secret: boolean;
  queryable: boolean;
  type: 'String';
  description: string;
}

/** The action that teams put into their pipelines. Links may only use properties that are required and not secret (CodePipeline User Guide, custom actions). */
export const actionTypeOf = (here: Installation): ActionType => ({
  category: 'Deploy',
  provider: here.names.provider,
  version: actionVersion,
  settings: {
    entityUrlTemplate:
      'https://{Config:Region}.console.aws.amazon.com/ecs/v2/clusters/{Config:ClusterName}/services/{Config:ServiceName}/health?region={Config:Region}',
    executionUrlTemplate: `https://${here.region}.console.aws.amazon.com/states/home?region=${here.region}#/v2/executions/details/{ExternalExecutionId}`,
  },
  configurationProperties: properties,
  inputArtifactDetails: { minimumCount: 1, maximumCount: 1 },
  outputArtifactDetails: { minimumCount: 0, maximumCount: 0 },
});

// A description holds 160 characters, and a type ten properties (botocore codepipeline `ActionConfigurationProperty…`).
const property = (name: string, description: string, required = false): Property => ({
  name,
  required,
  key: name === 'ClusterName' || name === 'ServiceName',
  secret: false,
  queryable: false,
  type: 'String',
  description,
});

const properties: Property[] = [
  property('ClusterName', 'The ECS cluster in the target account.', true),
  property('ServiceName', 'The ECS service to deploy to.', true),
  property('RoleArn', 'The role in the target account that Gantry deploys with.', true),
  property('Region', "The target's Region.", true),
  property('FileName', 'The file of the artifact that lists the images. Default: imagedefinitions.json.'),
  property('DeploymentTimeout', 'Minutes after which a deployment that is not stable counts as failed. Default: 60.'),
  property(
    'TaskDefinition',
    "Base of the revision: the service's (default), latest, or a task definition file of the artifact.",
  ),
  property('RollBackOnFailure', 'true (default): a failed deployment is rolled back. false: it is left as it is.'),
  property(
    'BakeMinutes',
    'Minutes that a stable deployment is watched for alarms before it counts as good. Default: 0.',
  ),
  property('ExternalId', 'The external id that the role asks for, where it asks for one.'),
];
