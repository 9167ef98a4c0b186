import type { ComponentChild } from 'preact';
import type { ActionKind } from '../../core/board/cell-data.ts';
import { describeTitle } from './announcements.ts';
import {
  type ActionDialog,
  applyBoard,
  applyDetails,
  applyPreview,
  applyResult,
  findAwsTime,
  type PageState,
} from './page-state.ts';
import { type LiveHandlers, renderLive } from './render-live.ts';
import type { BoardServer } from './server.ts';

/** The functions of the browser that the live page uses. */
export interface LivePageParts {
  server: BoardServer;
  /** Returns the reader's time in milliseconds. */
  now(): number;
  draw(content: ComponentChild, title: string): void;
  /** Copies a text. Rejects if the browser does not allow it. */
  copy(text: string): Promise<void>;
  /** Puts the focus on the page if no element has it. The button that opened a dialog can be gone when the dialog closes. */
  keepFocus(): void;
}

/** The live page: keeps the state of the page, asks the server, and draws the page again after each change. */
export class LivePage {
  #state: PageState = {};
  #isReading = false;
  readonly #parts: LivePageParts;

  constructor(parts: LivePageParts) {
    this.#parts = parts;
  }

  /** Returns AWS's time in milliseconds. */
  awsTime = (): number => findAwsTime(this.#state, this.#parts.now());

  /** Reads the board again. Also reads the release whose drawer is open. */
  async refresh(): Promise<void> {
    if (this.#isReading) return;
    this.#isReading = true;
    const { server, now } = this.#parts;
    const answer = await server.readBoard();
    this.#isReading = false;
    this.#show(applyBoard(this.#state, answer, now()));
    const { drawer } = this.#state;
    if (drawer !== undefined && 'value' in answer) await this.#readRelease(drawer.id);
  }

  #show(state: PageState): void {
    this.#state = state;
    const { draw, now } = this.#parts;
    draw(renderLive(state, now(), this.#handlers), describeTitle(state.data, state.problem === undefined));
  }

  #close(change: Partial<PageState>): void {
    this.#show({ ...this.#state, ...change });
    this.#parts.keepFocus();
  }

  #showDialog = (dialog: ActionDialog | undefined): void => this.#show({ ...this.#state, dialog });

  async #readRelease(id: string): Promise<void> {
    const answer = await this.#parts.server.readRelease(id);
    this.#show(applyDetails(this.#state, id, answer));
  }

  #openRelease = (id: string): void => {
    this.#show({ ...this.#state, drawer: { id } });
    void this.#readRelease(id);
  };

  #preview = async (kind: ActionKind, choice: string | undefined): Promise<void> => {
    const { dialog } = this.#state;
    if (dialog === undefined || dialog.isBusy) return;
    const asked: ActionDialog = { target: dialog.target, kind, choice, isBusy: true };
    this.#showDialog(asked);
    const answer = await this.#parts.server.preview({ target: dialog.target, kind, choice });
    this.#show(applyPreview(this.#state, asked, answer));
  };

  #confirm = async (reason: string | undefined): Promise<void> => {
    const { dialog } = this.#state;
    if (dialog?.preview === undefined || dialog.isBusy) return;
    this.#showDialog({ ...dialog, isBusy: true, error: undefined });
    const answer = await this.#parts.server.confirm({ preview: dialog.preview.id, reason });
    this.#show(applyResult(this.#state, dialog.target, answer));
    await this.refresh();
  };

  #restart = (): void => {
    const { dialog } = this.#state;
    this.#showDialog(dialog && { target: dialog.target, isBusy: false });
  };

  /** If the browser does not allow it, the reader can select and copy the command. */
  #copy = async (text: string): Promise<void> => {
    const isCopied = await this.#parts.copy(text).then(
      () => true,
      () => false,
    );
    this.#show({ ...this.#state, copied: isCopied ? text : undefined });
  };

  get #handlers(): LiveHandlers {
    const copier = { copied: this.#state.copied, copy: (text: string) => void this.#copy(text) };
    return {
      board: {
        openRelease: this.#openRelease,
        openActions: (target, kind) => this.#showDialog({ target, kind, isBusy: false }),
      },
      drawer: { copier, close: () => this.#close({ drawer: undefined }) },
      actions: {
        copier,
        close: () => this.#close({ dialog: undefined }),
        preview: (kind, choice) => void this.#preview(kind, choice),
        confirm: (reason) => void this.#confirm(reason),
        restart: this.#restart,
      },
    };
  }
}
