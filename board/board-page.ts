import type { BoardData } from '../core/board/data.ts';
import type { ReleaseDetails } from '../core/board/details-data.ts';

/** The files of the page, as the server sends them. None contains data or a token, and the HTML has no inline script or style. */
export interface BoardPage {
  html: string;
  script: string;
  style: string;
  /** Returns the whole HTML of the static form, which can be read without JavaScript. */
  renderStatic(data: BoardData, details: ReleaseDetails[]): string;
}
