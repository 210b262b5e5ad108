import { z } from 'zod'
import { type AgentState, flagSchema } from './agent'

/** A flagged answer that went into a result, straight or through the answers made from it. */
export const flaggedSourceSchema = z.object({
  agentId: z.string(),
  label: z.string(),
  flags: z.array(flagSchema),
})
export type FlaggedSource = z.infer<typeof flaggedSourceSchema>

/** Those of these agents whose answers are flagged. */
export function flaggedAmong(agents: ReadonlyMap<string, AgentState>, ids: readonly string[]): string[] {
  return ids.filter((id) => agents.get(id)?.status === 'flagged')
}

/** Every flagged answer behind these, however many answers lie between, in the order the agents were made. */
export function flaggedSources(
  agents: ReadonlyMap<string, AgentState>,
  resultInputs: readonly string[],
): FlaggedSource[] {
  const behind = new Set<string>()
  const open = [...resultInputs]
  for (let id = open.pop(); id !== undefined; id = open.pop()) {
    if (behind.has(id)) continue
    behind.add(id)
    open.push(...(agents.get(id)?.dependsOn ?? []))
  }
  return [...agents.values()]
    .filter(({ id, status }) => behind.has(id) && status === 'flagged')
    .map(({ id, label, flags }) => ({ agentId: id, label, flags }))
}
