import { z } from 'zod'
import { launchSchema } from '@/lib/api/runs'
import { cutWithCount } from '@/lib/core/base/cut-text'
import { formatCap, formatUsdRange, moneyWords } from '@/lib/view/format/money'
import { headFor } from './head-for'
import { createdTask } from './tasks'
import { type Tool, tool } from './tool'
import { statusOf, told } from './tool-results'

const { shape } = launchSchema

/** What a launch takes here: the fields of the API that a model has use for, each checked by the API again. */
const launchInput = z.strictObject({
  workflow: shape.workflow.describe('Name of a workflow, as `workflows` lists them.'),
  script: shape.script.describe('In place of a name: the source of a workflow script.'),
  goal: shape.goal.describe('In place of both: a goal in words. A planner makes a script of it and asks.'),
  orchestrator: shape.orchestrator,
  args: shape.args.describe('What the workflow takes; `workflows` shows its schema.'),
  workspace: shape.workspace.describe('Absolute path of the folder that agents may read.'),
  permissions: shape.permissions.describe(
    'What agents may do beside reading; left out, what the project grants at first (reading alone, usually).',
  ),
  whenNotPermitted: shape.whenNotPermitted,
  model: shape.model,
  models: shape.models,
  effort: shape.effort,
  delivery: shape.delivery.describe('`batch` is half the price and answers within a day.'),
  concurrency: shape.concurrency,
  limits: shape.limits.describe('Caps. Without them the installation’s: usually $5 a run.'),
  onLimit: shape.onLimit,
  approval: shape.approval.describe('`ask` leaves a draft that a person starts.'),
  approved: shape.approved.describe('How far the run may go before it asks, in agents and dollars.'),
  dryRun: shape.dryRun.describe('true runs it on the simulator, for nothing.'),
  sampleItems: shape.sampleItems,
  title: shape.title,
  tags: shape.tags,
})

/** Tools that come before a run: what there is, what it would cost, and the launch. */
export const launchTools: readonly Tool[] = [
  tool({
    name: 'workflows',
    title: 'What can be launched',
    description: 'The workflows by name, with what each is for, the schema of its args, and what it needs.',
    input: z.strictObject({
      workspace: shape.workspace.describe('A folder whose .claude/workflows are listed too.'),
    }),
    isReading: true,
    async run({ verbs, from }, query) {
      const { workflows } = await verbs.listWorkflows(from, { query })
      return told({
        workflows: workflows.map(({ name, description, whenToUse, argsSchema, needs, problem }) => ({
          name,
          description: cutWithCount(description, 600),
          ...(whenToUse === null ? {} : { whenToUse: cutWithCount(whenToUse, 600) }),
          ...(argsSchema === null ? {} : { args: argsSchema }),
          ...(needs.length === 0 ? {} : { needs }),
          ...(problem === null ? {} : { problem: problem.message }),
        })),
      })
    },
  }),
  tool({
    name: 'plan',
    title: 'What a launch would run and cost',
    description:
      'Takes what `launch` takes and starts nothing: agents, dollars and time that are expected, low to high, and what to know before. Free. Use it before every launch that costs money.',
    input: launchInput,
    isReading: true,
    async run({ verbs, from }, body) {
      const plan = await verbs.estimateLaunch(from, { body })
      const money = moneyWords(plan.simulated)
      return told({
        name: plan.name,
        agents: plan.agents,
        cost: plan.costNanoUsd === null ? 'unknown' : money(formatUsdRange(plan.costNanoUsd)),
        cap: money(formatCap(plan.limits.nanoUsd)),
        seconds: plan.seconds,
        basis: plan.basis,
        recommendation: plan.recommendation,
        needsApproval: plan.needsApproval,
        simulated: plan.simulated,
        notes: plan.notes,
        phases: plan.rows.map(({ phase, model, agents, costNanoUsd }) => ({
          phase,
          model,
          agents,
          cost: costNanoUsd === null ? 'unknown' : money(formatUsdRange(costNanoUsd)),
        })),
        ...(plan.dryRun?.error == null ? {} : { error: plan.dryRun.error.message }),
      })
    },
  }),
  tool({
    name: 'launch',
    title: 'Launch a run',
    description:
      'Starts a workflow over many agents, which costs money up to its caps, and answers at once with its id; `status` with `waitSeconds` follows it. A client that has tasks gets one, whose questions come as input requests. The first run that costs money is a draft until somebody says yes.',
    input: launchInput.extend({
      idempotencyKey: z
        .string()
        .min(1)
        .max(200)
        .optional()
        .describe('The same key with the same input launches once.'),
    }),
    isReading: false,
    async run(visit, { idempotencyKey, ...body }) {
      const { verbs, from } = visit
      const once: Record<string, string> =
        idempotencyKey === undefined ? {} : { 'idempotency-key': idempotencyKey }
      const { id } = await verbs.launchRun(from, { body }, once)
      const head = await headFor(visit, id)
      return visit.followsTasks ? createdTask(visit, head) : told(statusOf(head, from))
    },
  }),
]
