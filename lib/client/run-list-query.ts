/** The query of a run list, as the address bar and the API share it. */
export type RunListQuery = Record<string, string>

/** How many runs a page of the table shows. */
export const runsPerPage = 25

/** Query of one page of runs; what is not asked for is left out. */
export function runListQuery(asked: { status: string; q: string; page: number }): RunListQuery {
  return {
    ...(asked.status === '' ? {} : { status: asked.status }),
    ...(asked.q.trim() === '' ? {} : { q: asked.q.trim() }),
    offset: String(Math.max(0, asked.page - 1) * runsPerPage),
    limit: String(runsPerPage),
  }
}
