import type { Plan } from '@/lib/api/plan'
import { askedInVain, inVainNotes, isPermitted, withoutMeta } from '@/lib/core/estimate/beyond-reach'
import type { EstimateRow } from '@/lib/core/estimate/estimate'
import type { Price } from '@/lib/core/money/pricing'
import type { WorkspaceNotes } from '@/lib/core/spec/briefing'
import { offeredPermissions } from '@/lib/core/spec/permissions'
import { quotedNotes } from '@/lib/engine/conversation/workspace-notes'
import type { LaunchRequest } from './launch-request'
import type { TrialRun } from './trial-run'

/** Characters of Latin text to a token of the models from 4.7 on; other letters count as one each. */
const CHARACTERS_A_TOKEN = 3.6

/** About how many tokens the notes of a workspace take in the prompt of each agent that is told them. */
export function noteTokens(notes: WorkspaceNotes | null): number {
  if (notes === null) return 0
  const text = quotedNotes(notes)
  const others = text.match(/[^\p{ASCII}\p{Script=Latin}]/gu)?.length ?? 0
  return Math.ceil((text.length - others) / CHARACTERS_A_TOKEN + others)
}

/**
 * What a plan says of a workspace's notes: which there are, whether agents are told them, and what that
 * comes to: each agent reads them in each turn, and the first of a phase writes them to the cache. Null
 * where there are none.
 */
export function plannedNotes(
  notes: WorkspaceNotes | null,
  isTold: boolean,
  rows: readonly EstimateRow[],
  priceOf: (model: string) => Price | null,
): Plan['workspaceNotes'] {
  if (notes === null) return null
  const tokens = noteTokens(notes)
  let nanoUsd: number | null = rows.length === 0 ? null : 0
  for (const { model, agents, turnsEach } of rows) {
    const rates = priceOf(model)?.rates ?? null
    if (rates === null || nanoUsd === null) nanoUsd = null
    else
      nanoUsd += (tokens * (agents.likely * turnsEach.likely * rates.cacheRead + rates.cacheWrite5m)) / 1000
  }
  return {
    isTold,
    files: notes.files.map(({ path, isCut }) => ({ path, isCut })),
    skills: notes.skills.map(({ name }) => name),
    further: notes.further,
    tokensEach: tokens,
    costNanoUsd: nanoUsd === null ? null : Math.round(nanoUsd),
  }
}

/** Notes of a trial run that name a tool which nobody has. */
const missingTool = /asks? for the tool|asked for the tool/
const MOST_MISSING = 5

/**
 * What agents of this launch are asked, or asked to use, that none of them can do. Prompts are those of the
 * trial run; without one, the words of the source and of the goal are looked at.
 */
export function notesOnReach({ spec, detail, args }: LaunchRequest, trial: TrialRun | null): string[] {
  const goal = typeof args === 'object' && args !== null && !Array.isArray(args) ? args.goal : null
  const isGoal = spec.orchestrator !== 'script'
  const texts =
    trial !== null && trial.prompts.length > 0
      ? trial.prompts.flatMap(({ spec: agent }) => [
          agent.prompt,
          agent.options.agentType?.type.instructions ?? '',
        ])
      : isGoal
        ? []
        : [withoutComments(withoutMeta(detail.source))]
  const said = isGoal && typeof goal === 'string' ? [goal] : texts
  const missing = (trial?.state.log ?? [])
    .filter(({ kind, message }) => kind === 'noted' && missingTool.test(message))
    .map(({ message }) => `${message}.`)
  const beyond = askedInVain(said).filter(({ reach }) => !isPermitted(reach, offeredPermissions(spec)))
  return [...inVainNotes(beyond), ...[...new Set(missing)].slice(0, MOST_MISSING)]
}

/** A script without the lines that are comments: what they say is told to its readers, not to agents. */
function withoutComments(source: string): string {
  let isComment = false
  return source
    .split('\n')
    .filter((line) => {
      const text = line.trim()
      const begins = text.startsWith('/*')
      const wasComment = isComment || begins
      isComment = wasComment && !text.slice(begins ? 2 : 0).includes('*/')
      return !wasComment && !text.startsWith('//')
    })
    .join('\n')
}
