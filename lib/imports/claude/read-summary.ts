import { z } from 'zod'
import type { Json } from '@/lib/core/base/json'
import { type BoundedFiles, Unreadable } from './bounded-files'
import { anyJson, boundedJson, maybeNumber, maybeText, maybeTime, readObject } from './read-json'
import type { Skips } from './skips'

/** Longest summary that is read, in bytes: it holds the script and the result. */
const LONGEST_SUMMARY = 32 * 1024 * 1024

/** Longest args and results that are kept, in characters of JSON. */
const LONGEST_VALUE = 8_000_000

const phaseSchema = z.object({ title: z.string().min(1), detail: maybeText })

const agentSchema = z.object({
  type: z.literal('workflow_agent'),
  agentId: z.string().min(1),
  label: maybeText,
  phaseTitle: maybeText,
  model: maybeText,
  state: maybeText,
  promptPreview: maybeText,
  startedAt: maybeTime,
  durationMs: maybeNumber,
})
export type SummaryAgent = z.infer<typeof agentSchema>

const someOf = <T>(schema: z.ZodType<T>) =>
  z
    .array(z.unknown())
    .transform((rows) =>
      rows.flatMap((row) => {
        const read = schema.safeParse(row)
        return read.success ? [read.data] : []
      }),
    )
    .catch([])

const summarySchema = z.object({
  workflowName: maybeText,
  status: maybeText,
  startTime: maybeTime,
  timestamp: maybeTime,
  durationMs: maybeNumber,
  defaultModel: maybeText,
  script: maybeText,
  args: anyJson.optional().catch(undefined),
  result: anyJson.optional().catch(undefined),
  error: z.unknown().optional(),
  agentCount: maybeNumber,
  totalTokens: maybeNumber,
  phases: someOf(phaseSchema),
  workflowProgress: someOf(agentSchema),
  logs: someOf(z.string()),
})

/** The summary that a run leaves when it has ended. */
export type Summary = Omit<z.infer<typeof summarySchema>, 'args' | 'result' | 'error'> & {
  args: Json
  result: { value: Json } | null
  error: string | null
}

/** Reads a summary; null where there is none, or none that can be read, which is told. */
export function readSummary(files: BoundedFiles, path: readonly string[], skips: Skips): Summary | null {
  const text = readOr(() => files.text(LONGEST_SUMMARY, ...path), 'the summary', skips)
  if (text === null) return null
  const raw = readObject(text)
  const read = summarySchema.safeParse(raw)
  if (raw === null || !read.success) {
    skips.add('summaries that are no JSON, or cut off')
    return null
  }
  const { args = null, result, error, ...rest } = read.data
  const kept = (value: Json, what: string) => {
    if (boundedJson(value, LONGEST_VALUE) !== null) return { value }
    skips.add(what)
    return null
  }
  return {
    ...rest,
    args: kept(args, 'args too long to be kept')?.value ?? null,
    result: result === undefined ? null : kept(result, 'results too long to be kept'),
    error: errorText(error),
  }
}

/** What a file says; null where it is not read, which is told with the reason. */
export function readOr<T>(read: () => T | null, what: string, skips: Skips): T | null {
  try {
    return read()
  } catch (error) {
    if (!(error instanceof Unreadable)) throw error
    skips.add(`${what}: ${error.message}`)
    return null
  }
}

function errorText(error: unknown): string | null {
  const text = maybeText.parse(error)
  if (text !== null) return text.slice(0, 2_000)
  const { data } = z.object({ message: z.string().min(1) }).safeParse(error)
  return data?.message.slice(0, 2_000) ?? null
}
