import type { AwsService, Cloud } from './cloud.ts';
import { bucketOperations } from './s3/buckets.ts';
import { listOperations } from './s3/lists.ts';
import { objectOperations } from './s3/objects.ts';
import { renderS3Response } from './s3/response.ts';
import { routeS3Request } from './s3/route.ts';
import { createBucketStore } from './s3/store.ts';

/** S3: versioned buckets with policies, whose objects are always stored encrypted. Bucket owner enforced: there are no object ACLs. */
export function s3(cloud: Cloud): AwsService {
  const store = createBucketStore(cloud);
  const operations = { ...bucketOperations(store), ...objectOperations(store), ...listOperations(store) };
  return { name: 's3', protocol: 'rest-xml', operations, route: routeS3Request, render: renderS3Response };
}
