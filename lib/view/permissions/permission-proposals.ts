import { askedInVain } from '@/lib/core/estimate/beyond-reach'
import type { Permissions } from '@/lib/core/spec/permissions'

/** A permission that a script seems to need and has not, and why. */
export type PermissionProposal = {
  permission: 'write' | 'shell' | 'web'
  /** What in the script asks for it, in a sentence. */
  why: string
  /** Words of the button that allows it. */
  verb: string
}

type Known = PermissionProposal['permission']

const permissionOf = { run: 'shell', write: 'write', browse: 'web' } as const
const words: Readonly<Record<Known, { does: string; verb: string }>> = {
  write: { does: 'change files', verb: 'Allow writing' },
  shell: { does: 'run commands', verb: 'Allow commands' },
  web: { does: 'search the web', verb: 'Allow the web' },
}

type Scanned = {
  /** The script, or the goal in words: where prompts stand. */
  text: string
  /** What the workflow itself says it needs (`meta.needs`). */
  needs: readonly string[]
}

/**
 * What a script or a goal seems to need beyond what its agents may do: what its `meta.needs` says, and what
 * the words of its prompts ask for. It only proposes; nothing is allowed by it.
 */
export function permissionProposals(
  { text, needs }: Scanned,
  may: Pick<Permissions, Known>,
): PermissionProposal[] {
  const asked = new Map(
    askedInVain([text]).map(({ reach, quotes }) => [permissionOf[reach], quotes] as const),
  )
  return (['write', 'shell', 'web'] as const).flatMap((permission) => {
    if (may[permission]) return []
    const { does, verb } = words[permission]
    if (needs.includes(permission)) return [{ permission, verb, why: `This workflow needs to ${does}.` }]
    const quotes = asked.get(permission)
    if (quotes === undefined) return []
    return [
      { permission, verb, why: `Prompts seem to ${does}: ${quotes.map((one) => `“${one}”`).join(', ')}.` },
    ]
  })
}
