import { CreateKeyCommand, KMSClient } from '@aws-sdk/client-kms';
import { CreateBucketCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { selectAnswers } from '../../local/assumptions/answers.ts';
import { kms } from '../../local/kms.ts';
import { s3 } from '../../local/s3.ts';
import { buildAccountId, startCloud } from '../start.ts';
import { catchError } from './bucket.ts';

const region = 'cn-north-1';
const root = { AWS: `arn:aws-cn:iam::${buildAccountId}:root` };

/** A key that S3 is allowed to use only if `kms:ViaService` has this value. */
const keyPolicy = (viaService: string) => ({
  Version: '2012-10-17',
  Statement: [
    { Effect: 'Allow', Principal: root, Action: ['kms:PutKeyPolicy', 'kms:DescribeKey'], Resource: '*' },
    {
      Effect: 'Allow',
      Principal: root,
      Action: ['kms:GenerateDataKey', 'kms:Decrypt'],
      Resource: '*',
      Condition: { StringEquals: { 'kms:ViaService': viaService } },
    },
  ],
});

/** For each of the two values of `kms:ViaService` in a China Region: whether S3 can encrypt an object with a key that requires it. */
export async function observeViaServiceName(answer: string): Promise<boolean[]> {
  const { as, cloud } = await startCloud(kms, s3);
  cloud.answers = selectAnswers({ id: 'via-service-name', answer });
  const [keys, objects] = [
    new KMSClient({ ...as(buildAccountId), region }),
    new S3Client({ ...as(buildAccountId), region, forcePathStyle: true }),
  ];
  await objects.send(
    new CreateBucketCommand({ Bucket: 'cn-artifacts', CreateBucketConfiguration: { LocationConstraint: region } }),
  );
  const isEncrypted = async (viaService: string): Promise<boolean> => {
    const { KeyMetadata } = await keys.send(new CreateKeyCommand({ Policy: JSON.stringify(keyPolicy(viaService)) }));
    const put = new PutObjectCommand({
      ...{ Bucket: 'cn-artifacts', Key: 'a', Body: 'a', ServerSideEncryption: 'aws:kms' as const },
      SSEKMSKeyId: KeyMetadata!.Arn!,
    });
    return (await catchError(objects.send(put))) === 'no error';
  };
  return [await isEncrypted('s3.cn-north-1.amazonaws.com.cn'), await isEncrypted('s3.cn-north-1.amazonaws.com')];
}
