import type { Settings } from '@/lib/api/settings'

/** Why each permission cannot be given here, in a sentence; null where it can. */
export type PermissionRefusals = Readonly<Record<'write' | 'shell' | 'web' | 'mcp', string | null>>

const OF_PROJECT = 'Not allowed in this project; an admin changes that in the settings.'

/** What keeps permissions from being given: bounds of the project, and a machine without a sandbox. */
export function permissionRefusals(settings: Settings | undefined): PermissionRefusals {
  if (settings === undefined) return { write: null, shell: null, web: null, mcp: null }
  const { permissionBounds: bounds, sandbox } = settings
  const of = (isAllowed: boolean) => (isAllowed ? null : OF_PROJECT)
  const noSandbox = sandbox.available ? null : (sandbox.reason ?? 'This machine has no sandbox for them.')
  return {
    write: of(bounds.write),
    shell: of(bounds.shell) ?? noSandbox,
    web: of(bounds.web),
    mcp: of(bounds.mcp),
  }
}
