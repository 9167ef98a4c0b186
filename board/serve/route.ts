import type { IncomingMessage } from 'node:http';
import type { BoardData } from '../../core/board/data.ts';
import type { ReleaseDetails } from '../../core/board/details-data.ts';
import { confirmRequestSchema, previewRequestSchema } from '../../core/board/requests.ts';
import type { Previews } from '../act/previews.ts';
import type { BoardPage } from '../board-page.ts';
import { readBody } from './read-body.ts';
import { type BoardResponse, respondJson, respondText } from './response.ts';

/** What the server serves. */
export interface BoardBackend extends Previews {
  page: BoardPage;
  data(): BoardData;
  /** Returns undefined if no release has this id. */
  details(id: string): Promise<ReleaseDetails | undefined>;
}

const notFound = respondJson({ error: 'There is no such page.' }, 404);

/** The id of a release in a path; undefined if it is not encoded correctly. */
function decodeId(encoded: string): string | undefined {
  try {
    return decodeURIComponent(encoded);
  } catch {
    return undefined;
  }
}

const detailsPath = '/api/releases/';

async function answerDetails(backend: BoardBackend, encoded: string): Promise<BoardResponse> {
  const id = decodeId(encoded);
  const found = id === undefined ? undefined : await backend.details(id);
  return found === undefined ? respondJson({ error: 'The board knows no such release.' }, 404) : respondJson(found);
}

async function answerGet(backend: BoardBackend, path: string): Promise<BoardResponse> {
  const { page } = backend;
  if (path.startsWith(detailsPath)) return answerDetails(backend, path.slice(detailsPath.length));
  switch (path) {
    case '/':
      return respondText('text/html', page.html);
    case '/board.js':
      return respondText('text/javascript', page.script);
    case '/board.css':
      return respondText('text/css', page.style);
    case '/api/board':
      return respondJson(backend.data());
    default:
      return notFound;
  }
}

async function answerPost(backend: BoardBackend, path: string, request: IncomingMessage): Promise<BoardResponse> {
  switch (path) {
    case '/api/preview':
      return respondJson(await backend.preview(await readBody(request, previewRequestSchema)));
    case '/api/actions':
      return respondJson(await backend.confirm(await readBody(request, confirmRequestSchema)));
    default:
      return notFound;
  }
}

/** Answers a request that has been checked. The path is compared without changes, and no file is read. */
export const routeRequest = (backend: BoardBackend, request: IncomingMessage): Promise<BoardResponse> =>
  request.method === 'POST' ? answerPost(backend, request.url ?? '', request) : answerGet(backend, request.url ?? '');
