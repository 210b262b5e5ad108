import type { Permissions } from '@/lib/core/spec/permissions'
import { modelName } from '../format/model-name'
import { plural } from '../format/numbers'
import { readPermissions } from '../permissions/permission-form'
import { emptyForm, type LaunchForm } from './launch-form'
import { changedPhases } from './phase-form'

/** Fields of the folded part of the form, each with what it says where it is not the default. */
const told: readonly ((form: LaunchForm) => string | readonly string[] | null)[] = [
  ({ args }) => (isEmpty(args) ? null : 'inputs'),
  permissionChanges,
  ({ workspaceNotes }) => (workspaceNotes === 'told' ? null : 'no notes'),
  ({ model }) => (isEmpty(model) ? null : modelName(model)),
  ({ models }) => (isEmpty(models) ? null : 'models limited'),
  ({ effort }) => (isEmpty(effort) ? null : `effort ${effort}`),
  ({ fallbackModel }) => (isEmpty(fallbackModel) ? null : 'fallback model'),
  ({ longContext }) => (longContext === 'summarise' ? null : 'long conversations'),
  ({ speed }) => (speed === 'standard' ? null : 'fast'),
  ({ delivery }) => (delivery === 'live' ? null : 'batch'),
  ({ concurrency }) => (isEmpty(concurrency) ? null : `${concurrency.trim()} at once`),
  ({ cacheWait }) => (isEmpty(cacheWait) ? null : `cache warm-up ${cacheWait.trim()} s`),
  ({ agents }) => changed(agents, emptyForm.agents, (text) => (text === '' ? 'agents' : `${text} agents`)),
  ({ tokens }) => changed(tokens, emptyForm.tokens, (text) => `${text} tokens`),
  ({ minutes }) => changed(minutes, emptyForm.minutes, (text) => `${text} min`),
  ({ agentUsd, agentTokens, agentMinutes }) =>
    [agentUsd, agentTokens, agentMinutes].every(isEmpty) ? null : 'caps per agent',
  ({ onLimit }) => (onLimit === 'pause' ? null : 'ends at a limit'),
  ({ minSuccess }) =>
    changed(minSuccess, emptyForm.minSuccess, (text) => (text === '' ? 'success rate' : `${text} % needed`)),
  ({ breaker }) => changed(breaker, emptyForm.breaker, () => 'failures that pause'),
  ({ approval }) => (approval === 'auto' ? null : 'after approval'),
  ({ title }) => (isEmpty(title) ? null : 'title'),
  ({ phases }) => (changedPhases(phases) === 0 ? null : plural(changedPhases(phases), 'phase')),
]

/** What the folded part of the form says beyond its defaults, in the order of its fields: `fast`, `40 agents`. */
export function advancedChanges(form: LaunchForm): string[] {
  return told.flatMap((tell) => tell(form) ?? [])
}

/** Names in a summary; the others are counted. */
const MOST_NAMED = 5

/** `3 changes: fast, 40 agents, write`; what is folded where nothing was changed. */
export function advancedSummary(changes: readonly string[], folded: string): string {
  if (changes.length === 0) return folded
  const more = changes.length - MOST_NAMED
  const rest = more > 0 ? ` and ${more} more` : ''
  return `${plural(changes.length, 'change')}: ${changes.slice(0, MOST_NAMED).join(', ')}${rest}`
}

function permissionChanges({ permissions, workspace }: LaunchForm): string[] {
  const read = readPermissions(permissions, !isEmpty(workspace))
  if (!read.ok) return ['hosts']
  const asks = permissions.beyond === 'ask' && !isEmpty(workspace) ? ['asks for more'] : []
  return [...(read.permissions === undefined ? [] : shortWords(read.permissions)), ...asks]
}

function shortWords({ write, shell, hosts, web, mcp }: Permissions): string[] {
  return [
    ...(write ? ['write'] : []),
    ...(shell ? ['commands'] : []),
    ...(hosts.length > 0 ? [plural(hosts.length, 'host')] : []),
    ...(web ? ['web'] : []),
    ...mcp,
  ]
}

function changed(text: string, usual: string, words: (text: string) => string): string | null {
  const typed = text.trim()
  return typed === usual ? null : words(typed)
}

function isEmpty(text: string): boolean {
  return text.trim() === ''
}
