import type { AwsError } from './aws-error.ts';
import type { AwsRequest } from './http.ts';
import type { ProtocolCodec } from './protocol-codec.ts';
import { xmlDocument, xmlElement } from './xml.ts';

type Tree = { [name: string]: Tree | string };

/** Parses `A.member.1.B=x` as {A: [{B: x}]} (smithy.io/2.0/aws/protocols/aws-query-protocol.html). Every value remains a string. */
const parseForm = (form: URLSearchParams): Tree => {
  const tree: Tree = {};
  for (const [path, value] of form) {
    if (path !== 'Action' && path !== 'Version') setPath(tree, path.split('.'), value);
  }
  return tree;
};

const setPath = (tree: Tree, [name = '', ...rest]: string[], value: string): void => {
  if (rest.length === 0) {
    tree[name] = value;
    return;
  }
  const child = tree[name];
  const branch = typeof child === 'object' ? child : {};
  tree[name] = branch;
  setPath(branch, rest, value);
};

/** Converts every `{member: {1: …, 2: …}}` to a list. */
const memberLists = (tree: Tree | string): unknown => {
  if (typeof tree === 'string') return tree;
  if (typeof tree.member === 'object') return Object.values(tree.member).map(memberLists);
  return Object.fromEntries(Object.entries(tree).map(([name, value]) => [name, memberLists(value)]));
};

/** Query services have their own error code for an invalid parameter (docs.aws.amazon.com/STS/latest/APIReference/CommonErrors.html). */
const queryErrorCode = ({ name }: AwsError): string => (name === 'ValidationException' ? 'ValidationError' : name);

/** The AWS query protocol: form in the request, XML with this namespace in the response. */
export function createQueryCodec(namespace: string, http: AwsRequest): ProtocolCodec {
  const form = new URLSearchParams(http.body.toString());
  const headers = (requestId: string) => ({ 'content-type': 'text/xml', 'x-amzn-requestid': requestId });
  return {
    read: () => ({ operation: form.get('Action') ?? '', input: memberLists(parseForm(form)) }),
    renderResult: (operation, result, requestId) => ({
      status: 200,
      headers: headers(requestId),
      body: xmlDocument(
        `${operation}Response`,
        namespace,
        xmlElement(`${operation}Result`, result ?? {}, 'member') +
          xmlElement('ResponseMetadata', { RequestId: requestId }),
      ),
    }),
    renderError: (error, requestId) => ({
      status: error.status,
      headers: headers(requestId),
      body: xmlDocument(
        'ErrorResponse',
        namespace,
        xmlElement('Error', {
          Type: error.status < 500 ? 'Sender' : 'Receiver',
          Code: queryErrorCode(error),
          Message: error.message,
        }) + xmlElement('RequestId', requestId),
      ),
    }),
  };
}
