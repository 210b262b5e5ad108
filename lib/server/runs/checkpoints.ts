import type { CheckpointList } from '@/lib/api/checkpoints'
import type { ApprovedInput } from '@/lib/api/runs'
import type { Actor } from '@/lib/core/base/actor'
import { isJsonObject, type Json, type JsonObject } from '@/lib/core/base/json'
import type { SchemaComplaint } from '@/lib/core/ports/ports'
import type { Checkpoint } from '@/lib/core/run/checkpoint'
import { propertiesOf } from '@/lib/core/schema/schema-keywords'
import { approvalAnswerSchema } from '@/lib/core/spec/approval'
import type { App } from '@/lib/server/app/app'
import { Refusal } from '@/lib/server/services/problem'
import { approvedOf } from './launch-request'
import { getRun } from './read-run'

/** Longest answer: it goes into the journal and from there to every watcher. */
const LONGEST_ANSWER = 100_000

/** What a run has asked so far. */
export async function listCheckpoints(app: App, runId: string): Promise<CheckpointList> {
  const { checkpoints } = await getRun(app, runId)
  return { checkpoints }
}

/**
 * Answers a question of a run. Returns the checkpoint as it is then. `approved`: how much further the run may
 * go; left out, the approval does not change.
 */
export async function answer(
  app: App,
  runId: string,
  checkpointId: string,
  value: Json,
  actor: Actor,
  approved?: ApprovedInput,
): Promise<Checkpoint> {
  const checkpoint = await oneOf(app, runId, checkpointId)
  if (checkpoint.status === 'open') await refuseUnfit(app, runId, checkpoint, value)
  await app.engine.answer(runId, checkpointId, value, actor, approvedOf(approved))
  return oneOf(app, runId, checkpointId)
}

async function oneOf(app: App, runId: string, checkpointId: string): Promise<Checkpoint> {
  const { checkpoints } = await getRun(app, runId)
  const found = checkpoints.find((one) => one.checkpointId === checkpointId)
  if (found !== undefined) return found
  throw new Refusal(
    'not-found',
    `Run ${runId} has no checkpoint ${checkpointId}. Look at the list of its checkpoints.`,
  )
}

async function refuseUnfit(
  app: App,
  runId: string,
  { title, input, kind }: Checkpoint,
  value: Json,
): Promise<void> {
  const size = JSON.stringify(value).length
  if (size > LONGEST_ANSWER)
    throw new Refusal(
      'too-large',
      `An answer has at most ${LONGEST_ANSWER.toLocaleString('en')} characters as JSON.`,
    )
  if (input === null) {
    if (typeof value === 'boolean') return
    const message = 'must be true (approve) or false (decline)'
    throw new Refusal('bad-request', `"${title}" asks for yes or no: \`answer\` ${message}.`, [
      { path: 'answer', message },
    ])
  }
  const complaints: PlacedComplaint[] = [
    ...(await app.untrusted.check(input, value, runId)),
    ...(await scriptComplaints(app, input, value)),
    ...(kind === 'approval' ? approvalComplaints(value) : []),
  ]
  if (complaints.length === 0) return
  const errors = complaints.map(({ path, ...rest }) => ({
    path: `answer${path.replaceAll('/', '.')}`,
    ...rest,
  }))
  const sentences = errors.map(({ path, message }) => `\`${path}\` ${message}`).join('; ')
  throw new Refusal('bad-request', `The answer does not fit what "${title}" asks for: ${sentences}.`, errors)
}

/** `up-to` needs a number, which the schema of the question leaves open. */
function approvalComplaints(value: Json): PlacedComplaint[] {
  const read = approvalAnswerSchema.safeParse(value)
  return read.success
    ? []
    : read.error.issues.map(({ path, message }) => ({ path: `/${path.join('/')}`, message }))
}

/** What is wrong with an answer; in a script also where. */
type PlacedComplaint = SchemaComplaint & { line?: number; column?: number }

/**
 * A field of the format `workflow-script` holds a workflow: one that cannot be read would fail the run it is
 * meant for.
 */
async function scriptComplaints(app: App, input: JsonObject, value: Json): Promise<PlacedComplaint[]> {
  if (!isJsonObject(value)) return []
  const complaints: PlacedComplaint[] = []
  for (const [name, rule] of Object.entries(propertiesOf(input))) {
    const script = value[name]
    if (!isJsonObject(rule) || rule.format !== 'workflow-script' || typeof script !== 'string') continue
    const reading = await app.sources.tryRead(script)
    if (reading.ok) continue
    const { message, line, column } = reading.problem
    const place = { line: line ?? 1, column: column ?? 1 }
    complaints.push({
      path: `/${name}`,
      message: `line ${place.line}, column ${place.column}: ${message}`,
      ...place,
    })
  }
  return complaints
}
