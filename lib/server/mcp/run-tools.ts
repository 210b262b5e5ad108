import { z } from 'zod'
import { dayQuerySchema } from '@/lib/api/costs'
import { runListQuerySchema } from '@/lib/api/first/run-list'
import { forkSchema } from '@/lib/api/fork'
import { limitsInputSchema } from '@/lib/api/runs'
import { jsonSchema } from '@/lib/core/base/json'
import { headFor } from './head-for'
import { answerQuestion } from './questions'
import { type Tool, tool, type Visit } from './tool'
import { pageOf, resultOf, statusOf, told } from './tool-results'
import { untilItAsks } from './wait'

const runId = z.string().min(1).max(200).describe('The id of a run, as `launch` and `status` give it.')

/** Longest wait of one call, in seconds: clients give up on a call that takes a minute. */
const LONGEST_WAIT_SECONDS = 50

/** Tools for runs that are there: read, answered, raised, stopped, tried again, forked. */
export const runTools: readonly Tool[] = [
  tool({
    name: 'status',
    title: 'How a run is doing',
    description:
      'State of one run: progress, what it spent, and the questions it waits for with the schema of their answers. With `waitSeconds` it answers once the run has ended, waits for somebody or is paused, or the time is over. Without `runId`: the newest runs.',
    input: z.strictObject({
      runId: runId.optional(),
      waitSeconds: z.number().min(0).max(LONGEST_WAIT_SECONDS).optional(),
      status: runListQuerySchema.shape.status.describe(
        'Without `runId`: only runs of these statuses, separated by commas.',
      ),
    }),
    isReading: true,
    async run(visit, { runId: id, waitSeconds = 0, status }) {
      if (id === undefined) return newestRuns(visit, status)
      const head = await headFor(visit, id)
      if (waitSeconds === 0) return told(statusOf(head, visit.from))
      await untilItAsks(visit, head, waitSeconds * 1000)
      // Looked at the door again: a key may have been revoked meanwhile.
      return told(statusOf(await headFor(visit, id), visit.from))
    },
  }),
  tool({
    name: 'answer',
    title: 'Answer a question of a run',
    description:
      'Answers what a run waits for, by the `questionId` of its status: a question of its script, an approval, whether a draft starts, or what becomes of a run that has reached a cap. Ask the person you work for first: an answer can spend their money.',
    input: z.strictObject({
      runId,
      questionId: z.string().min(1).max(200),
      answer: jsonSchema.describe('true or false, or what fits the schema in the status.'),
    }),
    isReading: false,
    async run(visit, { runId: id, ...asked }) {
      await answerQuestion(visit.verbs, visit.from, await headFor(visit, id), asked)
      return told(statusOf(await headFor(visit, id), visit.from))
    },
  }),
  tool({
    name: 'raise',
    title: 'Raise the caps of a run',
    description:
      'Sets new caps of a run that has not ended (dollars, tokens, agents, seconds), and resumes it if it is paused at one.',
    input: z.strictObject({ runId, limits: limitsInputSchema }),
    isReading: false,
    async run(visit, { runId: id, limits }) {
      const { verbs, from } = visit
      const head = await headFor(visit, id)
      await verbs.changeRun(from, { params: { id }, body: { limits } })
      const isAtCap = head.run.status === 'paused' && head.run.pauseReason?.endsWith('-cap') === true
      if (isAtCap) await verbs.resumeRun(from, { params: { id } })
      return told(statusOf(await headFor(visit, id), from))
    },
  }),
  tool({
    name: 'stop',
    title: 'Stop a run',
    description: 'Cancels a run: its streams are cut and it ends. What its agents have answered is kept.',
    input: z.strictObject({ runId }),
    isReading: false,
    async run(visit, { runId: id }) {
      await visit.verbs.cancelRun(visit.from, { params: { id } })
      return told(statusOf(await headFor(visit, id), visit.from))
    },
  }),
  tool({
    name: 'retry',
    title: 'Retry what failed',
    description:
      'Tries the failed agents of an ended run again, in the same run; caps may be raised with it.',
    input: z.strictObject({ runId, limits: limitsInputSchema.optional() }),
    isReading: false,
    async run(visit, { runId: id, limits }) {
      await visit.verbs.retryFailed(visit.from, {
        params: { id },
        body: limits === undefined ? {} : { limits },
      })
      return told(statusOf(await headFor(visit, id), visit.from))
    },
  }),
  tool({
    name: 'fork',
    title: 'Run again with changes',
    description:
      'Launches a run that begins with the answers of another: only what the changes touch is bought again. `plan` of a fork is not needed; what is inherited costs nothing.',
    input: z.strictObject({ runId, ...forkSchema.shape }),
    isReading: false,
    async run({ verbs, from }, { runId: id, ...body }) {
      const { id: forked, status } = await verbs.forkRun(from, { params: { id }, body })
      return told({ runId: forked, status, page: pageOf(forked, from) })
    },
  }),
  tool({
    name: 'result',
    title: 'What came of a run',
    description:
      'The result of a run. A long one is cut, with a link to the resource that has all of it (skein://runs/{id}/result); what agents changed is skein://runs/{id}/changes.',
    input: z.strictObject({ runId }),
    isReading: true,
    run: ({ verbs, from }, { runId: id }) => resultOf(verbs, from, id),
  }),
  tool({
    name: 'costs',
    title: 'What was spent',
    description:
      'With `runId`: what a run cost by phase and model. Without: what was spent in a period of UTC days, the last 30 unless said, grouped.',
    input: z.strictObject({
      runId: runId.optional(),
      from: dayQuerySchema.optional(),
      to: dayQuerySchema.optional(),
      groupBy: z.enum(['day', 'model', 'workflow', 'run', 'phase', 'user', 'tag']).optional(),
    }),
    isReading: true,
    async run({ verbs, from }, { runId: id, ...period }) {
      return id === undefined ? costsOfPeriod(verbs, from, period) : costsOfRun(verbs, from, id)
    },
  }),
]

type PeriodAsked = { from?: string | undefined; to?: string | undefined; groupBy?: string | undefined }

async function costsOfPeriod(verbs: Visit['verbs'], from: Visit['from'], query: PeriodAsked) {
  const { rows, totals, omitted, simulated, ...period } = await verbs.getCosts(from, { query })
  return told({
    from: period.from,
    to: period.to,
    simulated,
    totalUsd: totals.costNanoUsd / 1e9,
    rows: rows.map(({ key, title, costNanoUsd }) => ({
      ...key,
      ...(title === null ? {} : { title }),
      usd: costNanoUsd / 1e9,
    })),
    ...(omitted.rows > 0 ? { rowsLeftOut: omitted.rows } : {}),
  })
}

async function costsOfRun(verbs: Visit['verbs'], from: Visit['from'], id: string) {
  const { lines, totals } = await verbs.getRunCosts(from, { params: { id } })
  return told({
    runId: id,
    spentUsd: totals.spentNanoUsd / 1e9,
    unsettledUsd: totals.unsettledNanoUsd / 1e9,
    turns: totals.turns,
    lines: lines.map(({ phase, model, delivery, turns, isPriced, kinds }) => ({
      phase,
      model,
      delivery,
      turns,
      usd: isPriced ? kinds.reduce((sum, { costNanoUsd }) => sum + (costNanoUsd ?? 0), 0) / 1e9 : null,
      counts: Object.fromEntries(kinds.map(({ kind, count }) => [kind, count])),
    })),
  })
}

async function newestRuns({ verbs, from }: Visit, status: string | undefined) {
  const { runs, total } = await verbs.listRuns(from, { query: { limit: 20, status } })
  return told({
    runs: runs.map((run) => ({
      runId: run.id,
      title: run.title,
      status: run.status,
      workflow: run.workflow,
      createdAt: run.createdAt,
      spentUsd: run.totals.spentNanoUsd / 1e9,
      simulated: run.simulated,
    })),
    total,
  })
}
