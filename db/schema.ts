import { sql } from 'drizzle-orm'
import { index, integer, primaryKey, sqliteTable, text, uniqueIndex } from 'drizzle-orm/sqlite-core'
import { agentStateSchema } from '@/lib/core/agent/agent'
import { actorSchema } from '@/lib/core/base/actor'
import { jsonObjectSchema } from '@/lib/core/base/json'
import { recordOf } from '@/lib/core/base/record-of'
import { alertSchema } from '@/lib/core/money/alerts'
import { priceSchema } from '@/lib/core/money/pricing'
import { keptSums, type SumName, type SumTable, sumColumns } from '@/lib/core/money/sums'
import { usageSchema } from '@/lib/core/money/usage'
import { offReasons, whenBusyChoices } from '@/lib/core/ports/automation'
import { scheduledOutcomes } from '@/lib/core/ports/schedule-store'
import { deliveryOutcomes, signatureForms } from '@/lib/core/ports/trigger-store'
import { argMappingSchema } from '@/lib/core/spec/arg-mapping'
import { githubOccasionSchema, githubWaitSchema } from '@/lib/core/spec/github'
import { runStatuses } from '@/lib/core/spec/run-status'
import {
  anyJson,
  blocks,
  costSchema,
  formerSecretSchema,
  headSchema,
  inFlightTurnSchema,
  json,
  repricingAskedSchema,
  specSchema,
} from './json-column'

/** A yes or no, as 1 or 0. */
const flag = (column: string) => integer(column, { mode: 'boolean' })

/**
 * One row a run. `seq` is the journal's counter; `head` mirrors the fold without agents, log and barriers.
 */
export const runs = sqliteTable(
  'runs',
  {
    id: text('id').primaryKey(),
    /** One of the projects of this installation; so far all is in the default one. */
    project: text('project').notNull().default('default'),
    seq: integer('seq').notNull(),
    status: text('status', { enum: runStatuses }).notNull(),
    title: text('title').notNull(),
    workflow: text('workflow'),
    simulated: flag('simulated').notNull(),
    createdAt: text('created_at').notNull(),
    head: json(headSchema)('head').notNull(),
    script: text('script').notNull(),
    args: json(anyJson)('args').notNull(),
    result: text('result'),
  },
  (table) => [
    index('runs_by_creation').on(table.createdAt),
    index('runs_by_status').on(table.status),
    index('runs_by_workflow').on(table.workflow, table.createdAt),
  ],
)

/**
 * The journal. `agent_id` repeats what the event says, so one agent's history is found without reading
 * all.
 */
export const events = sqliteTable(
  'events',
  {
    runId: text('run_id').notNull(),
    seq: integer('seq').notNull(),
    at: text('at').notNull(),
    type: text('type').notNull(),
    agentId: text('agent_id'),
    data: text('data').notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.runId, table.seq] }),
    index('events_by_agent').on(table.runId, table.agentId),
  ],
)

/** One row an agent. `state` mirrors the fold; `fence` rises with every claim. */
export const agents = sqliteTable(
  'agents',
  {
    runId: text('run_id').notNull(),
    id: text('id').notNull(),
    position: integer('position').notNull(),
    status: text('status').notNull(),
    key: text('key').notNull(),
    fence: integer('fence').notNull().default(0),
    state: json(agentStateSchema)('state').notNull(),
    spec: json(specSchema)('spec').notNull(),
    result: text('result'),
  },
  (table) => [primaryKey({ columns: [table.runId, table.id] })],
)

/** Conversations, message by message, as sent and as received. */
export const messages = sqliteTable(
  'messages',
  {
    runId: text('run_id').notNull(),
    agentId: text('agent_id').notNull(),
    position: integer('position').notNull(),
    attempt: integer('attempt').notNull(),
    turn: integer('turn').notNull(),
    role: text('role', { enum: ['user', 'assistant'] }).notNull(),
    content: json(blocks)('content').notNull(),
  },
  (table) => [primaryKey({ columns: [table.runId, table.agentId, table.position] })],
)

/** Committed responses with their usage and cost. */
export const turns = sqliteTable(
  'turns',
  {
    runId: text('run_id').notNull(),
    agentId: text('agent_id').notNull(),
    turn: integer('turn').notNull(),
    attempt: integer('attempt').notNull(),
    model: text('model').notNull(),
    usage: json(usageSchema)('usage').notNull(),
    cost: json(costSchema)('cost'),
    stopReason: text('stop_reason').notNull(),
    requestId: text('request_id'),
    startedAt: text('started_at').notNull(),
    firstTokenAt: text('first_token_at'),
    endedAt: text('ended_at').notNull(),
  },
  (table) => [primaryKey({ columns: [table.runId, table.agentId, table.turn] })],
)

/** What was heard of turns in flight. A row that outlives its process tells what a crash probably cost. */
export const inFlightTurns = sqliteTable(
  'in_flight_turns',
  {
    runId: text('run_id').notNull(),
    agentId: text('agent_id').notNull(),
    data: json(inFlightTurnSchema)('data').notNull(),
  },
  (table) => [primaryKey({ columns: [table.runId, table.agentId] })],
)

/** Sources of the workflows that a run called, as they were then. */
export const sources = sqliteTable(
  'sources',
  {
    runId: text('run_id').notNull(),
    digest: text('digest').notNull(),
    source: text('source').notNull(),
  },
  (table) => [primaryKey({ columns: [table.runId, table.digest] })],
)

const requiredInteger = (column: string) => integer(column).notNull()

/**
 * Sums whose columns the first release made without a default, by table; one that comes later begins at 0.
 */
const countedFromTheFirst: readonly SumName[] = [
  'turns',
  'unpricedTurns',
  'inputTokens',
  'outputTokens',
  'cacheReadTokens',
  'cacheWriteTokens',
  'costNanoUsd',
  'unsettledNanoUsd',
]
const withoutDefault: Readonly<Record<SumTable, readonly SumName[]>> = {
  day: countedFromTheFirst,
  tag: countedFromTheFirst,
  run: [
    ...countedFromTheFirst,
    ...(['hourWriteTokens', 'repeatedTokens', 'inputNanoUsd', 'outputNanoUsd', 'cacheReadNanoUsd'] as const),
    ...(['cacheWriteNanoUsd', 'webSearchNanoUsd'] as const),
  ],
}

/** The columns of the sums that a table keeps. */
function sumsOf<Kept extends { name: SumName; column: string }>(table: SumTable, kept: readonly Kept[]) {
  return recordOf(kept, ({ name, column }) =>
    withoutDefault[table].includes(name) ? requiredInteger(column) : requiredInteger(column).default(0),
  )
}

/**
 * Daily sums, updated in each turn's transaction. The migration makes this table and the next
 * `WITHOUT ROWID`: they are read in the order of their keys, which saves a third of the time.
 */
export const dailyCosts = sqliteTable(
  'daily_costs',
  {
    day: text('day').notNull(),
    /** One of the projects of this installation; so far all is in the default one. */
    project: text('project').notNull().default('default'),
    model: text('model').notNull(),
    workflow: text('workflow').notNull(),
    phase: text('phase').notNull(),
    launchedBy: text('launched_by').notNull(),
    simulated: flag('simulated').notNull(),
    ...sumsOf('day', keptSums.day),
  },
  (table) => [
    primaryKey({
      columns: [
        table.simulated,
        table.day,
        table.model,
        table.workflow,
        table.phase,
        table.launchedBy,
        table.project,
      ],
    }),
  ],
)

/**
 * Daily sums by tag: a turn counts under each tag of its run, under '' where it has none. Moved when tags
 * change.
 */
export const tagCosts = sqliteTable(
  'tag_costs',
  {
    day: text('day').notNull(),
    /** One of the projects of this installation; so far all is in the default one. */
    project: text('project').notNull().default('default'),
    tag: text('tag').notNull(),
    model: text('model').notNull(),
    workflow: text('workflow').notNull(),
    phase: text('phase').notNull(),
    launchedBy: text('launched_by').notNull(),
    simulated: flag('simulated').notNull(),
    ...sumsOf('tag', keptSums.tag),
  },
  (table) => [
    primaryKey({
      columns: [
        table.simulated,
        table.day,
        table.tag,
        table.phase,
        table.model,
        table.workflow,
        table.launchedBy,
        table.project,
      ],
    }),
  ],
)

/**
 * Agents made on a UTC day, counted in the transaction that makes them, so a cap on them outlives the
 * process.
 */
export const dayAgents = sqliteTable(
  'day_agents',
  {
    day: text('day').notNull(),
    simulated: flag('simulated').notNull(),
    agents: integer('agents').notNull(),
  },
  (table) => [primaryKey({ columns: [table.day, table.simulated] })],
)

/**
 * Daily sums by whom they count against, and the agents made: what quotas are counted from. `owner` is that of
 * a key, '' for whoever acted in person. Updated in each turn's transaction.
 */
export const payerCosts = sqliteTable(
  'payer_costs',
  {
    day: text('day').notNull(),
    project: text('project').notNull().default('default'),
    payer: text('payer').notNull(),
    owner: text('owner').notNull().default(''),
    simulated: flag('simulated').notNull(),
    spentNanoUsd: integer('spent_nano_usd').notNull().default(0),
    unsettledNanoUsd: integer('unsettled_nano_usd').notNull().default(0),
    tokens: integer('tokens').notNull().default(0),
    agents: integer('agents').notNull().default(0),
  },
  (table) => [primaryKey({ columns: [table.simulated, table.day, table.project, table.payer, table.owner] })],
)

/**
 * One row per run: its totals, taken from its head. Kept when the run is deleted, so its spending can still
 * be named. Dry runs and trial runs have none. `tags` is a JSON array.
 */
export const runTotals = sqliteTable(
  'run_totals',
  {
    runId: text('run_id').primaryKey(),
    /** One of the projects of this installation; so far all is in the default one. */
    project: text('project').notNull().default('default'),
    title: text('title').notNull(),
    workflow: text('workflow').notNull(),
    launchedBy: text('launched_by').notNull(),
    tags: text('tags').notNull(),
    simulated: flag('simulated').notNull(),
    createdAt: text('created_at').notNull(),
    endedAt: text('ended_at'),
    status: text('status', { enum: runStatuses }).notNull(),
    turns: requiredInteger(sumColumns.turns),
    unpricedTurns: requiredInteger(sumColumns.unpricedTurns),
    spentNanoUsd: integer('spent_nano_usd').notNull(),
    unsettledNanoUsd: requiredInteger(sumColumns.unsettledNanoUsd),
    /** Agents that gave an answer of their own. */
    answers: integer('answers').notNull(),
  },
  (table) => [
    index('run_totals_by_creation').on(table.simulated, table.createdAt),
    index('run_totals_by_workflow').on(table.workflow, table.simulated, table.createdAt),
  ],
)

/**
 * Sums a run, day, model, phase and pricing tiers (fast, batch, …), updated in each turn's transaction: what
 * daily sums leave out. `repeated_tokens` are the tokens of a prompt that were already in the conversation's
 * previous prompt.
 */
export const runCosts = sqliteTable(
  'run_costs',
  {
    runId: text('run_id').notNull(),
    day: text('day').notNull(),
    model: text('model').notNull(),
    phase: text('phase').notNull(),
    pricingTiers: text('pricing_tiers').notNull(),
    simulated: flag('simulated').notNull(),
    ...sumsOf('run', keptSums.run),
  },
  (table) => [
    primaryKey({ columns: [table.runId, table.day, table.model, table.phase, table.pricingTiers] }),
    // Holds what runs are ranked by, so a period is ranked from the index alone.
    index('run_costs_by_day').on(
      table.simulated,
      table.day,
      table.runId,
      table.phase,
      table.model,
      table.turns,
      table.costNanoUsd,
      table.unsettledNanoUsd,
    ),
  ],
)

/**
 * Every version of the price list, one row a change; nothing is ever overwritten. `price` null takes a row
 * away.
 */
export const priceVersions = sqliteTable(
  'price_versions',
  {
    id: integer('id').primaryKey({ autoIncrement: true }),
    model: text('model').notNull(),
    effectiveFrom: text('effective_from').notNull(),
    price: json(priceSchema)('price'),
    origin: text('origin', { enum: ['shipped', 'edited'] }).notNull(),
    setAt: text('set_at').notNull(),
    setBy: json(actorSchema)('set_by').notNull(),
    note: text('note').notNull(),
  },
  (table) => [index('price_versions_by_row').on(table.model, table.effectiveFrom)],
)

/** Acts of repricing history. What each turn cost before and after is in `repriced_turns`. */
export const repricings = sqliteTable('repricings', {
  id: text('id').primaryKey(),
  at: text('at').notNull(),
  by: json(actorSchema)('by').notNull(),
  status: text('status', { enum: ['preparing', 'applying', 'applied'] }).notNull(),
  asked: json(repricingAskedSchema)('asked').notNull(),
  turns: integer('turns').notNull(),
  runs: integer('runs').notNull(),
  beforeNanoUsd: integer('before_nano_usd').notNull(),
  afterNanoUsd: integer('after_nano_usd').notNull(),
  undoes: text('undoes'),
})

/**
 * Turns of a re-pricing: costs as JSON, null where there was or is no price. `done` once the turn's run has
 * it.
 */
export const repricedTurns = sqliteTable(
  'repriced_turns',
  {
    repricingId: text('repricing_id').notNull(),
    runId: text('run_id').notNull(),
    agentId: text('agent_id').notNull(),
    turn: integer('turn').notNull(),
    before: json(costSchema)('before'),
    after: json(costSchema)('after'),
    done: integer('done').notNull(),
  },
  (table) => [primaryKey({ columns: [table.repricingId, table.runId, table.agentId, table.turn] })],
)

/** What people were warned of, once each: the id says of what. */
export const alerts = sqliteTable('alerts', {
  id: text('id').primaryKey(),
  at: text('at').notNull(),
  alert: json(alertSchema)('alert').notNull(),
  dismissedAt: text('dismissed_at'),
  dismissedBy: json(actorSchema)('dismissed_by'),
})

/** What is to be, and was, sent to the webhook. The body is signed when it is sent, and never changes. */
export const deliveries = sqliteTable(
  'deliveries',
  {
    id: text('id').primaryKey(),
    createdAt: text('created_at').notNull(),
    kind: text('kind', { enum: ['alert', 'test', 'run'] }).notNull(),
    body: text('body').notNull(),
    status: text('status', { enum: ['pending', 'delivered', 'failed'] }).notNull(),
    attempts: integer('attempts').notNull(),
    nextAt: text('next_at'),
    lastAnswer: text('last_answer'),
    deliveredAt: text('delivered_at'),
  },
  (table) => [index('deliveries_by_status').on(table.status)],
)

/** Runs that were deleted, while rows of them are left to clear away. */
export const deletedRuns = sqliteTable('deleted_runs', { runId: text('run_id').primaryKey() })

/** Where imported runs come from, so that one is imported once. Kept when its run is deleted. */
export const importedRuns = sqliteTable(
  'imported_runs',
  {
    project: text('project').notNull(),
    origin: text('origin').notNull(),
    runId: text('run_id').notNull(),
    digest: text('digest').notNull(),
    at: text('at').notNull(),
  },
  (table) => [primaryKey({ columns: [table.project, table.origin] })],
)

/** Keys of launches, so the same request launches once. */
export const idempotencyKeys = sqliteTable('idempotency_keys', {
  key: text('key').primaryKey(),
  digest: text('digest').notNull(),
  runId: text('run_id').notNull(),
  createdAt: text('created_at').notNull(),
})

export const settings = sqliteTable('settings', {
  key: text('key').primaryKey(),
  value: text('value').notNull(),
})

/** The library. A deleted workflow keeps its rows, so it can be restored; its name is free meanwhile. */
export const workflows = sqliteTable(
  'workflows',
  {
    id: text('id').primaryKey(),
    /** One of the projects of this installation; so far all is in the default one. */
    project: text('project').notNull().default('default'),
    name: text('name').notNull(),
    origin: text('origin', { enum: ['saved', 'imported'] }).notNull(),
    originPath: text('origin_path'),
    createdAt: text('created_at').notNull(),
    createdBy: json(actorSchema)('created_by').notNull(),
    deletedAt: text('deleted_at'),
  },
  (table) => [uniqueIndex('workflows_by_name').on(table.project, table.name).where(sql`deleted_at IS NULL`)],
)

/** Every source a workflow ever had. Nothing here is changed once it is written. */
export const workflowVersions = sqliteTable(
  'workflow_versions',
  {
    workflowId: text('workflow_id').notNull(),
    version: integer('version').notNull(),
    source: text('source').notNull(),
    digest: text('digest').notNull(),
    savedAt: text('saved_at').notNull(),
    savedBy: json(actorSchema)('saved_by').notNull(),
    note: text('note'),
  },
  (table) => [primaryKey({ columns: [table.workflowId, table.version] })],
)

/** What schedules and triggers have in common. */
const automation = () => ({
  id: text('id').primaryKey(),
  project: text('project').notNull().default('default'),
  name: text('name').notNull(),
  launch: json(jsonObjectSchema)('launch').notNull(),
  whenBusy: text('when_busy', { enum: whenBusyChoices }).notNull(),
  monthlyNanoUsd: integer('monthly_nano_usd'),
  mostFailures: integer('most_failures').notNull(),
  isOn: flag('is_on').notNull(),
  offReason: text('off_reason', { enum: offReasons }),
  offDetail: text('off_detail'),
  owner: json(actorSchema)('owner').notNull(),
  createdAt: text('created_at').notNull(),
  onSince: text('on_since').notNull(),
})

/** Launches that are made again and again. */
export const schedules = sqliteTable('schedules', {
  ...automation(),
  cron: text('cron').notNull(),
  timeZone: text('time_zone').notNull(),
  nextAt: text('next_at'),
})

/** Launches that are made whenever something signed is delivered. Secrets are sealed. */
export const triggers = sqliteTable('triggers', {
  ...automation(),
  signedAs: text('signed_as', { enum: signatureForms }).notNull(),
  mapping: json(argMappingSchema)('mapping').notNull(),
  secret: text('secret').notNull(),
  formerSecret: json(formerSecretSchema)('former_secret'),
  github: json(githubWaitSchema)('github'),
})

/** What was delivered to triggers, and what became of it. */
export const triggerDeliveries = sqliteTable(
  'trigger_deliveries',
  {
    triggerId: text('trigger_id').notNull(),
    deliveryId: text('delivery_id').notNull(),
    receivedAt: text('received_at').notNull(),
    outcome: text('outcome', { enum: deliveryOutcomes }).notNull(),
    detail: text('detail'),
    runId: text('run_id'),
    args: json(jsonObjectSchema)('args'),
    github: json(githubOccasionSchema)('github'),
  },
  (table) => [
    primaryKey({ columns: [table.triggerId, table.deliveryId] }),
    index('trigger_deliveries_by_time').on(table.triggerId, table.receivedAt),
    index('trigger_deliveries_by_outcome').on(table.outcome),
  ],
)

/** What became of each time of a schedule that has come. */
export const scheduledTimes = sqliteTable(
  'scheduled_times',
  {
    scheduleId: text('schedule_id').notNull(),
    dueAt: text('due_at').notNull(),
    outcome: text('outcome', { enum: scheduledOutcomes }).notNull(),
    detail: text('detail'),
    runId: text('run_id'),
  },
  (table) => [
    primaryKey({ columns: [table.scheduleId, table.dueAt] }),
    index('scheduled_times_by_outcome').on(table.outcome),
  ],
)
