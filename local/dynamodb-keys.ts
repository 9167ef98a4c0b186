import { z } from 'zod';

const valueSchema = z.union([
  z.object({ S: z.string() }).transform(({ S }) => S),
  z.object({ N: z.string() }).transform(({ N }) => N),
  z.object({ B: z.string() }).transform(({ B }) => B),
]);

const itemSchema = z.record(z.string(), z.unknown());
const inputSchema = z.looseObject({
  Key: itemSchema.optional(),
  Item: itemSchema.optional(),
  KeyConditionExpression: z.string().optional(),
  ExpressionAttributeNames: z.record(z.string(), z.string()).optional(),
  ExpressionAttributeValues: itemSchema.optional(),
});

/** Returns the placeholder that a key condition compares the partition key with. */
const findPlaceholder = (
  { KeyConditionExpression = '', ExpressionAttributeNames = {} }: z.infer<typeof inputSchema>,
  hashKey: string,
) =>
  [...KeyConditionExpression.matchAll(/([#\w.-]+)\s*=\s*(:\w+)/g)].find(
    ([, name = '']) => (ExpressionAttributeNames[name] ?? name) === hashKey,
  )?.[2];

/**
 * The partition keys of a request, for the condition key dynamodb:LeadingKeys (DynamoDB Developer Guide, "Using IAM policy conditions for fine-grained access
 * control"). Empty for an operation without a key, such as DescribeTable.
 */
export function leadingKeys(input: object, hashKey: string | undefined): string[] {
  const parsed = inputSchema.parse(input);
  if (hashKey === undefined) return [];
  const placeholder = findPlaceholder(parsed, hashKey);
  const value =
    placeholder === undefined
      ? { ...parsed.Item, ...parsed.Key }[hashKey]
      : parsed.ExpressionAttributeValues?.[placeholder];
  const found = valueSchema.safeParse(value).data;
  return found === undefined ? [] : [found];
}

const keySchema = z.looseObject({ KeySchema: z.array(z.object({ AttributeName: z.string(), KeyType: z.string() })) });

/** Returns the name of a new table's partition key. */
export const parseHashKey = (input: object): string =>
  keySchema.parse(input).KeySchema.find(({ KeyType }) => KeyType === 'HASH')?.AttributeName ?? '';
