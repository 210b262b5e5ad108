import type { SavedEstimate } from '@/lib/core/spec/calibration'
import { hasEnded } from '@/lib/core/spec/run-status'
import type { App } from '@/lib/server/app/app'
import { briefingOfOrigin } from '@/lib/server/app/briefing'
import { Refusal } from '@/lib/server/services/problem'
import { detailOf } from '@/lib/server/workflows/library'
import { estimateLaunch } from './estimate'
import { getHead, getInput } from './read-run'
import { noteTokens } from './told-notes'
import { trialPrompts } from './trial-prompts'

/**
 * What an ended dry run would have been on the provider of this installation: as many agents as it started,
 * with the tokens, dollars and time that a plan would say of those. Refuses a run that is none, or has not
 * ended.
 */
export async function estimateFromDryRun(app: App, runId: string): Promise<SavedEstimate> {
  const [{ run }, { script, args }] = await Promise.all([getHead(app, runId), getInput(app, runId)])
  if (run.dryRun === null)
    throw new Refusal('conflict', 'The run is not a dry run: its estimate is in `run.estimate`.')
  if (!hasEnded(run.status))
    throw new Refusal('conflict', 'The dry run has not ended: how many agents it starts is not known yet.')
  const spec = { ...run, simulated: app.provider.simulated }
  const { notes } = await briefingOfOrigin(app, runId)
  const told = { hasFiles: run.workspace !== null, noteTokens: noteTokens(notes) }
  const request = { spec, detail: await detailOf(app, script), args, ...told }
  const { agents, costNanoUsd, tokens, seconds, basis } = await estimateLaunch(app, request, {
    prompts: await trialPrompts(app, runId),
    counted: 0,
    isWhole: true,
  })
  return { agents, costNanoUsd, tokens, seconds, basis }
}
