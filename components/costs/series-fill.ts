/** Fills by rank. Words stand beside every fill, since colour alone tells nothing. */
const fills = ['bg-series-1', 'bg-series-2', 'bg-series-3', 'bg-series-4', 'bg-series-5'] as const

/** The fill of the series at a rank; those behind the fifth share one. */
export function seriesFill(rank: number): string {
  return fills[rank] ?? 'bg-control'
}
