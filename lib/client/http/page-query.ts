/** How many runs a page of the table shows. */
export const runsPerPage = 25

/** Query of one page of any list of runs; pages count from 1. */
export function pageQuery(page: number): { offset: number; limit: number } {
  return { offset: Math.max(0, page - 1) * runsPerPage, limit: runsPerPage }
}
