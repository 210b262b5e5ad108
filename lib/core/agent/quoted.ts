import { z } from 'zod'

/** Where a source says something: pages of a PDF, lines of a text, both counted from 1; null where it has none. */
const quotedPlaceSchema = z.object({
  page: z.number().int().nullable(),
  line: z.number().int().nullable(),
  endLine: z.number().int().nullable(),
  /** Letter by letter; else the same words with other spaces, line ends, hyphens or quotation marks. */
  isExact: z.boolean(),
})
export type QuotedPlace = z.infer<typeof quotedPlaceSchema>

/** What came of looking for one quote. `why` says why there was nothing to look in; null where it was looked for. */
export const quoteCheckSchema = z.object({
  found: z.boolean(),
  place: quotedPlaceSchema.nullable(),
  why: z.string().nullable(),
})
export type QuoteCheck = z.infer<typeof quoteCheckSchema>
