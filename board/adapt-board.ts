import type { BoardData } from '../core/board/data.ts';

/** Rewrites Gantry's own messages and commands for the user of this command line. Texts that other people wrote stay unchanged. */
export const adaptBoard = (data: BoardData, adapt: (message: string) => string): BoardData => ({
  ...data,
  problems: data.problems.map((problem) => ({ ...problem, text: adapt(problem.text) })),
  rows: data.rows.map((row) => ({
    ...row,
    cells: Object.fromEntries(
      Object.entries(row.cells).map(([column, cell]) => {
        const badges = cell.badges.map((badge) => ({ ...badge, text: adapt(badge.text) }));
        const actions = cell.actions.map((action) => ({
          ...action,
          command: adapt(action.command),
          why: action.why && adapt(action.why),
        }));
        return [column, { ...cell, badges, actions }];
      }),
    ),
  })),
});
