import type { Billed, PartShown } from '@/lib/api/billing/billed'
import { csvText } from '../format/csv'

type Words = { title: string; detail: string }

const words: Readonly<Record<PartShown['kind'], Words>> = {
  pending: {
    title: 'Days that are not finished',
    detail: 'On a day that is not over, or ended just now, the reports do not have everything yet.',
  },
  'unknown-keys': {
    title: 'Keys that Skein does not know',
    detail:
      'Tokens of keys and workspaces that belong to no project here: other programs of the organisation.',
  },
  unsettled: {
    title: 'Unsettled turns',
    detail: 'Answers that were cut off, or told no usage. They are billed; here they are only estimated.',
  },
  unpriced: {
    title: 'Models without a price',
    detail: 'The price list here has no price for these models, so nothing was computed.',
  },
  price: {
    title: 'Another rate',
    detail:
      'The same tokens, billed at another rate than the price list here: a discount, or a changed price.',
  },
  'booked-price': {
    title: 'Booked at earlier prices',
    detail: 'Turns keep the price they were booked at; the price list has changed since.',
  },
  batch: {
    title: 'Batch discount',
    detail: 'More or fewer of the tokens were billed as batches than were counted as such.',
  },
  tiers: {
    title: 'Speed and region',
    detail: 'More or fewer of the tokens were billed in fast mode or in a region than were counted as such.',
  },
  'server-tools': {
    title: 'Server tools',
    detail: 'Searches of the web, and other tools that the provider runs and bills by use.',
  },
  priority: {
    title: 'Priority tier',
    detail: 'Tokens that are paid for by a commitment, which stand in no cost report.',
  },
  rounding: { title: 'Rounding', detail: 'What each side rounds: turns here, amounts of a day there.' },
  uncounted: {
    title: 'More tokens than were counted',
    detail: 'The keys of a project used more than its runs did: another program may have the same key.',
  },
  unreported: {
    title: 'Fewer tokens than were counted',
    detail:
      'Counted here and in no report: runs may have asked by a key of another organisation, or by a gateway.',
  },
  unattributed: {
    title: 'Dollars without their tokens',
    detail: 'A cost of a kind that is not known here, or a report that has only one of both.',
  },
}

/** What a part of the difference is called, and what it means. */
export function partWords(kind: PartShown['kind']): Words {
  return words[kind]
}

/** Parts by whether they say why, each largest first, with what they come to. */
export function sortParts(parts: readonly PartShown[]) {
  const bySize = [...parts].sort((a, b) => Math.abs(b.nanoUsd) - Math.abs(a.nanoUsd))
  const notExplained = bySize.filter(({ isExplained }) => !isExplained)
  return {
    explained: bySize.filter(({ isExplained }) => isExplained),
    notExplained,
    notExplainedNanoUsd: notExplained.reduce((sum, { nanoUsd }) => sum + nanoUsd, 0),
  }
}

/** The titles of the largest parts of a day, in a few words. */
export function partTitles(parts: readonly PartShown[], most = 2): string {
  const { explained, notExplained } = sortParts(parts)
  const titles = [...notExplained, ...explained].map(({ kind }) => words[kind].title)
  const rest = titles.length - most
  return titles.slice(0, most).join(', ') + (rest > 0 ? ` and ${rest} more` : '')
}

/** Dollars with nine digits, so nothing is rounded away. */
const usd = (nanoUsd: number | null) => (nanoUsd === null ? 'not read' : (nanoUsd / 1e9).toFixed(9))

/** Both sides by day, with every part of their difference in a column, for a spreadsheet. */
export function billedCsv({ days, totals }: Billed): string {
  const kinds = totals.parts.map(({ kind }) => kind)
  return csvText(
    ['day', 'computed (USD)', 'billed (USD)', 'difference (USD)', ...kinds.map((kind) => words[kind].title)],
    days.map((one) => [
      ...[one.day, usd(one.computedNanoUsd), usd(one.billedNanoUsd), usd(one.differenceNanoUsd)],
      ...kinds.map((kind) => usd(one.parts.find((part) => part.kind === kind)?.nanoUsd ?? 0)),
    ]),
  )
}

/** Ids as somebody types them: apart by commas, blanks or lines, each once. */
export function readIds(text: string): string[] {
  return [...new Set(text.split(/[\s,;]+/).filter((part) => part !== ''))]
}
