import { AwsError } from '../aws-error.ts';

/** AWS's own error messages (botocore `ecs` defines the error names, the service the messages). */
export const clusterNotFound = (): AwsError => new AwsError('ClusterNotFoundException', 'Cluster not found.');
export const serviceNotFound = (): AwsError => new AwsError('ServiceNotFoundException', 'Service not found.');
export const serviceNotActive = (): AwsError => new AwsError('ServiceNotActiveException', 'Service was not ACTIVE.');
export const invalidParameter = (message: string): AwsError => new AwsError('InvalidParameterException', message);
export const clientException = (message: string): AwsError => new AwsError('ClientException', message);
