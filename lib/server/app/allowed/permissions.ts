import { defaultProject } from '@/lib/core/base/project'
import {
  beyondBounds,
  type InitialPermissions,
  leastAtFirst,
  narrowedBounds,
  noBounds,
  noPermissions,
  type PermissionBounds,
  type Permissions,
  withinBounds,
} from '@/lib/core/spec/permissions'
import { Refusal } from '../../services/problem'
import type { App } from '../app'

type Asked = Pick<App, 'settings' | 'project'>

/** The most that runs of the project that is asked in may be permitted: its own bounds, within those of Default. */
export function permissionBoundsIn({ settings, project }: Asked): PermissionBounds {
  const { permissionBoundsOf: of } = settings
  return narrowedBounds(of[defaultProject] ?? noBounds, of[project] ?? noBounds)
}

/** What a launch there begins with, as far as its bounds go now. */
export function initialPermissionsIn(app: Asked): InitialPermissions {
  const { initialPermissionsOf: of } = app.settings
  const { whenNotPermitted, ...initial } = of[app.project] ?? of[defaultProject] ?? leastAtFirst
  const { mcp: _, ...left } = withinBounds({ ...initial, mcp: [] }, permissionBoundsIn(app))
  return { ...left, whenNotPermitted }
}

/** The same for a launch with a workspace or without: nothing is changed or run where there are no files. */
export function permissionsAtFirst(app: Asked, hasWorkspace: boolean): Permissions {
  const { whenNotPermitted: _, ...initial } = initialPermissionsIn(app)
  return hasWorkspace ? { ...initial, mcp: [] } : { ...noPermissions, web: initial.web }
}

/** Refuses permissions beyond what the project allows, a message a permission; says where that is set. */
export function refuseBeyondBounds(app: Asked & Pick<App, 'projects'>, permissions: Permissions): void {
  const name = app.projects.find(app.project)?.name ?? app.project
  const errors = beyondBounds(permissions, permissionBoundsIn(app)).map(({ permission, words }) => ({
    path: `permissions.${permission}`,
    message: `Runs of the project ${name} may not ${words}.`,
  }))
  if (errors.length === 0) return
  const said = errors.map(({ message }) => message).join(' ')
  throw new Refusal('bad-request', `${said} An admin changes that in the settings.`, errors)
}
