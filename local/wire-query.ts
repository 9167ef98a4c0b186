import type { AwsError } from './aws-error.ts';
import type { Http } from './service.ts';
import type { Wire } from './wire.ts';
import { xml, xmlDocument } from './xml.ts';

type Tree = { [name: string]: Tree | string };

/** `A.member.1.B=x` says {A: [{B: x}]} (smithy.io/2.0/aws/protocols/aws-query-protocol.html). Every value stays a string. */
const nested = (form: URLSearchParams): Tree => {
  const tree: Tree = {};
  for (const [path, value] of form) {
    if (path !== 'Action' && path !== 'Version') put(tree, path.split('.'), value);
  }
  return tree;
};

const put = (tree: Tree, [name = '', ...rest]: string[], value: string): void => {
  if (rest.length === 0) {
    tree[name] = value;
    return;
  }
  const child = tree[name];
  const branch = typeof child === 'object' ? child : {};
  tree[name] = branch;
  put(branch, rest, value);
};

/** Turns every `{member: {1: …, 2: …}}` into the list it stands for. */
const lists = (tree: Tree | string): unknown => {
  if (typeof tree === 'string') return tree;
  if (typeof tree.member === 'object') return Object.values(tree.member).map(lists);
  return Object.fromEntries(Object.entries(tree).map(([name, value]) => [name, lists(value)]));
};

/** Query services have their own name for what is wrong with a parameter (docs.aws.amazon.com/STS/latest/APIReference/CommonErrors.html). */
const codeOf = ({ name }: AwsError): string => (name === 'ValidationException' ? 'ValidationError' : name);

/** The AWS query protocol: a form in, XML of this namespace out. */
export function queryWire(namespace: string, http: Http): Wire {
  const form = new URLSearchParams(http.body.toString());
  const headers = (requestId: string) => ({ 'content-type': 'text/xml', 'x-amzn-requestid': requestId });
  return {
    read: () => ({ operation: form.get('Action') ?? '', input: lists(nested(form)) }),
    render: (operation, result, requestId) => ({
      status: 200,
      headers: headers(requestId),
      body: xmlDocument(
        `${operation}Response`,
        namespace,
        xml(`${operation}Result`, result ?? {}, 'member') + xml('ResponseMetadata', { RequestId: requestId }),
      ),
    }),
    refuse: (error, requestId) => ({
      status: error.status,
      headers: headers(requestId),
      body: xmlDocument(
        'ErrorResponse',
        namespace,
        xml('Error', {
          Type: error.status < 500 ? 'Sender' : 'Receiver',
          Code: codeOf(error),
          Message: error.message,
        }) + xml('RequestId', requestId),
      ),
    }),
  };
}
