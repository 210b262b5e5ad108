import { z } from 'zod'
import { assertNever } from '@/lib/core/base/assert-never'
import type { Json, JsonObject } from '@/lib/core/base/json'
import type { RunState } from '@/lib/core/run/state'
import { capRaise } from '@/lib/view/attention/cap-raise'
import { formatCap, formatUsdRange, knownCost, moneyWords } from '@/lib/view/format/money'
import { type RaisableLimit, raisableLimit } from '@/lib/view/questions/raise-limit'
import { EndpointRefusal, type Visitor } from './verb'
import type { Verbs } from './verbs'

/** A run as a whole, with its agents where they are at hand. */
export type RunHead = Omit<RunState, 'agents'> & Partial<Pick<RunState, 'agents'>>

/** What a run waits for that somebody has to say. `input` is the JSON Schema of the answer; null asks for yes or no. */
export type RunQuestion = {
  id: string
  title: string
  detail: string
  input: JsonObject | null
}

/** Names a draft's question: whether it may start. */
const START = 'start'
/** Begins the names of questions about a pause; its time follows, since a run can be paused again. */
const PAUSE = 'pause-'

/**
 * Everything a run waits for: questions of its script, what it may not pass without a yes, a draft's start, and
 * a pause that only somebody can end. A pause by a person is none, nor one that ends by itself.
 */
export function questionsOf(head: RunHead): RunQuestion[] {
  const { run, checkpoints } = head
  const asked = checkpoints.flatMap((one): RunQuestion[] =>
    one.status === 'open'
      ? [{ id: one.checkpointId, title: one.title, detail: one.detail, input: one.input }]
      : [],
  )
  if (run.status === 'draft')
    return [{ id: START, title: `Start “${run.title}”?`, detail: run.reason ?? '', input: null }, ...asked]
  return [...asked, ...pauseQuestion(head)]
}

function pauseQuestion(head: RunHead): RunQuestion[] {
  const { run } = head
  if (run.status !== 'paused' || run.pauseReason === 'person' || run.resumesAt !== null) return []
  const limit = raisableLimit(run, run.pauseReason)
  const base = { id: `${PAUSE}${run.pausedAt}`, detail: run.reason ?? '' }
  if (limit === null) return [{ ...base, title: 'The run is paused. Resume it?', input: choice('resume') }]
  const proposed = proposedFor(head, limit)
  return [
    {
      ...base,
      title: `${limit.title}, or stop the run?`,
      input: choice('raise', {
        to: {
          type: 'number',
          title: limit.label,
          ...(limit.current === null ? {} : { minimum: limit.current }),
          ...(proposed === null ? {} : { default: proposed }),
        },
      }),
    },
  ]
}

/** What to raise a limit to: for dollars what is foreseen, else twice as much. */
function proposedFor({ agents, totals, run }: RunHead, { current }: RaisableLimit): number | null {
  if (run.pauseReason === 'usd-cap' && agents !== undefined && run.limits.nanoUsd !== null)
    return capRaise({ agents, totals }, run.limits.nanoUsd).usd
  return current === null ? null : current * 2
}

function choice(goOn: 'raise' | 'resume', more: { [name: string]: Json } = {}): JsonObject {
  return {
    type: 'object',
    required: ['do'],
    additionalProperties: false,
    properties: { do: { type: 'string', enum: [goOn, 'stop'], title: 'What to do' }, ...more },
  }
}

/** What a run may cost, and what was foreseen; it stays the same for as long as the cap does. */
export function priceOf({ run }: RunHead): string {
  const range = run.estimate?.costNanoUsd ?? null
  const estimate = range === null ? 'No estimate.' : `Estimated at launch: ${formatUsdRange(range)}.`
  return moneyWords(run.simulated)(`${estimate} Cap: ${formatCap(run.limits.nanoUsd)}.`)
}

/** What a run has spent by now, in words. */
export function spentOf({ run, totals }: RunHead): string {
  return moneyWords(run.simulated)(knownCost(totals.spentNanoUsd, totals.unpricedTurns))
}

const pauseAnswerSchema = z.strictObject({
  do: z.enum(['raise', 'resume', 'stop']),
  to: z.number().positive().optional(),
})

/** Answers one question of a run, whatever kind it is. Rejects with a refusal that says what would fit. */
export async function answerQuestion(
  verbs: Verbs,
  from: Visitor,
  head: RunHead,
  { questionId, answer }: { questionId: string; answer: Json },
): Promise<void> {
  const params = { id: head.run.id }
  if (!questionsOf(head).some(({ id }) => id === questionId))
    throw new EndpointRefusal(404, `Run ${params.id} does not ask ${questionId} now. Look at its status.`)
  if (questionId === START) {
    if (typeof answer !== 'boolean')
      throw new EndpointRefusal(400, 'Answer true to start the run, or false to drop it.')
    if (answer) await verbs.approveRun(from, { params, body: {} })
    else await verbs.cancelRun(from, { params })
    return
  }
  if (questionId.startsWith(PAUSE)) return answerPause(verbs, from, head, answer)
  await verbs.answerCheckpoint(from, { params: { ...params, checkpointId: questionId }, body: { answer } })
}

async function applyRaise(
  verbs: Verbs,
  from: Visitor,
  params: { id: string },
  raise: ReturnType<RaisableLimit['raise']>,
): Promise<void> {
  switch (raise.of) {
    case 'run':
      await verbs.changeRun(from, { params, body: raise.patch })
      return
    case 'installation':
      await verbs.changeSettings(from, { body: raise.patch })
      return
    case 'quota':
      await verbs.changeQuota(from, { params: { quotaId: raise.id }, body: raise.patch })
      return
    default:
      assertNever(raise)
  }
}

async function answerPause(verbs: Verbs, from: Visitor, { run }: RunHead, answer: Json): Promise<void> {
  const params = { id: run.id }
  const limit = raisableLimit(run, run.pauseReason)
  const goOn = limit === null ? 'resume' : 'raise'
  const read = pauseAnswerSchema.safeParse(answer)
  if (!read.success || (read.data.do !== 'stop' && read.data.do !== goOn))
    throw new EndpointRefusal(
      400,
      `Answer {"do": "${goOn}"${limit === null ? '' : ', "to": …'}} or {"do": "stop"}.`,
    )
  const { do: act, to } = read.data
  switch (act) {
    case 'stop':
      await verbs.cancelRun(from, { params })
      return
    case 'resume':
      await verbs.resumeRun(from, { params })
      return
    case 'raise': {
      if (limit === null || to === undefined)
        throw new EndpointRefusal(400, `Say in \`to\` how far: ${limit?.label ?? 'the new limit'}.`)
      const raise = limit.raise(to)
      await applyRaise(verbs, from, params, raise)
      await verbs.resumeRun(from, { params })
      return
    }
    default:
      assertNever(act)
  }
}
