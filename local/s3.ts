import type { Cloud } from './cloud.ts';
import { buckets } from './s3/buckets.ts';
import { lists } from './s3/lists.ts';
import { objects } from './s3/objects.ts';
import { render } from './s3/render.ts';
import { route } from './s3/route.ts';
import { createStore } from './s3/store.ts';
import type { Service } from './service.ts';

/** S3: versioned buckets with policies, whose objects are only ever held encrypted. Owners are enforced: there are no object ACLs. */
export function s3(cloud: Cloud): Service {
  const store = createStore(cloud);
  const operations = { ...buckets(store), ...objects(store), ...lists(store) };
  return { name: 's3', protocol: 'rest-xml', operations, route, render };
}
