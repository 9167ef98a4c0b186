import { CloudWatchLogs } from '@aws-sdk/client-cloudwatch-logs';
import { CodePipeline } from '@aws-sdk/client-codepipeline';
import { ECS } from '@aws-sdk/client-ecs';
import { IAM } from '@aws-sdk/client-iam';
import { KMS } from '@aws-sdk/client-kms';
import { Lambda } from '@aws-sdk/client-lambda';
import { S3 } from '@aws-sdk/client-s3';
import { SFN } from '@aws-sdk/client-sfn';
import { STS } from '@aws-sdk/client-sts';

/** The services that the probe calls, by the prefix of their IAM actions. */
const serviceClients = {
  codepipeline: CodePipeline,
  ecs: ECS,
  iam: IAM,
  kms: KMS,
  lambda: Lambda,
  logs: CloudWatchLogs,
  s3: S3,
  states: SFN,
  sts: STS,
};

export type ProbeService = keyof typeof serviceClients;

export interface ProbeCredentials {
  accessKeyId: string;
  secretAccessKey: string;
  sessionToken?: string | undefined;
}

/** Calls any operation by its name, because the probe's calls are data. */
export interface ProbeClient {
  region: string;
  /** Returns the operation's output. Throws the SDK's error. `as`: other credentials than those of the environment. */
  call(service: ProbeService, operation: string, input: object, as?: ProbeCredentials): Promise<unknown>;
  /** Returns the body of the response before the SDK parses it, for texts that the SDK converts. */
  readBody(service: ProbeService, operation: string, input: object): Promise<string>;
}

/** `endpoint` and `credentials` are for tests; otherwise the SDK reads the environment. */
export interface ProbeClientSettings {
  region?: string;
  endpoint?: string;
  credentials?: ProbeCredentials;
}

type AnyOperation = (input: object) => Promise<unknown>;

interface AnyClient {
  config: { region(): Promise<string> };
  middlewareStack: { add(middleware: unknown, options: object): void };
}

function createServiceClient(service: ProbeService, settings: object): AnyClient {
  const Client = serviceClients[service] as unknown as new (settings: object) => AnyClient;
  return new Client(settings);
}

const callOperation = (client: AnyClient, operation: string, input: object): Promise<unknown> => {
  const method = `${operation.charAt(0).toLowerCase()}${operation.slice(1)}`;
  return (Reflect.get(client, method) as AnyOperation).call(client, input);
};

interface HttpResult {
  response: { body: AsyncIterable<Uint8Array> | Uint8Array };
}

const readAll = async (body: HttpResult['response']['body']): Promise<Buffer> => {
  if (body instanceof Uint8Array) return Buffer.from(body);
  const chunks: Uint8Array[] = [];
  for await (const chunk of body) chunks.push(chunk);
  return Buffer.concat(chunks);
};

/** Keeps the bytes of a response, and passes them on to the SDK's own parser. */
const keepBody =
  (keep: (text: string) => void) => (next: (args: unknown) => Promise<HttpResult>) => async (args: unknown) => {
    const result = await next(args);
    const bytes = await readAll(result.response.body);
    keep(bytes.toString());
    result.response.body = bytes;
    return result;
  };

/** Creates a client for the Region of the environment, or of `settings`. Throws the SDK's error if there is no Region. */
export async function createProbeClient(settings: ProbeClientSettings = {}): Promise<ProbeClient> {
  const region = settings.region ?? (await createServiceClient('sts', {}).config.region());
  const clients = new Map<string, AnyClient>();
  const clientFor = (service: ProbeService, as?: ProbeCredentials): AnyClient => {
    const key = `${service} ${as?.accessKeyId ?? ''}`;
    const client =
      clients.get(key) ?? createServiceClient(service, { ...settings, region, ...(as && { credentials: as }) });
    clients.set(key, client);
    return client;
  };
  return {
    region,
    call: (service, operation, input, as) => callOperation(clientFor(service, as), operation, input),
    async readBody(service, operation, input) {
      const client = createServiceClient(service, { ...settings, region });
      let body = '';
      const keep = keepBody((text) => {
        body = text;
      });
      // With low priority, it is the last middleware of its step. The SDK's parser runs after it.
      client.middlewareStack.add(keep, { step: 'deserialize', priority: 'low', name: 'keepBody' });
      await callOperation(client, operation, input);
      return body;
    },
  };
}
