import type { Health } from '@/lib/api/first/health'
import type { Settings, SettingsPatch } from '@/lib/api/settings'
import type { Actor } from '@/lib/core/base/actor'
import { defaultProject } from '@/lib/core/base/project'
import { knownModels, modelAliases, resolveModel } from '@/lib/core/money/models'
import { findPrice } from '@/lib/core/money/pricing'
import { retiredSentence, retirementNote } from '@/lib/core/money/retirements'
import { noBounds } from '@/lib/core/spec/permissions'
import type { FoundSandbox } from '@/lib/sandbox/backend'
import { choiceOf, findSandbox } from '@/lib/sandbox/this-machine'
import { oneByOne } from '@/lib/server/access/in-turn'
import { allowedModelsIn } from '@/lib/server/app/allowed/models'
import {
  initialPermissionsIn,
  permissionBoundsIn,
  refuseBeyondBounds,
} from '@/lib/server/app/allowed/permissions'
import type { App } from '@/lib/server/app/app'
import { Refusal } from '@/lib/server/services/problem'
import { calendarCaps, type StoredSettings, saveSettings } from '@/lib/server/services/settings-store'

/** Settings of this installation. Says whether there is a key, never which. */
export async function readSettings(app: App, actor: Actor): Promise<Settings> {
  const { env, settings } = app
  const at = new Date(app.now()).toISOString()
  const aliasOf = (id: string) =>
    Object.keys(modelAliases).find((alias) => modelAliases[alias] === id) ?? null
  return {
    provider: env.provider,
    baseUrl: env.baseUrl === null ? null : withoutSecrets(env.baseUrl),
    hasCredential: env.apiKey !== null || env.authToken !== null,
    defaultModel: settings.defaultModel,
    models: knownModels.map((id) => ({
      id,
      alias: aliasOf(id),
      priced: findPrice(app.prices.list(), id, at) !== null,
      retirement: retirementNote(id, 'standard', at.slice(0, 10)),
      fastRetirement: retirementNote(id, 'fast', at.slice(0, 10)),
      isRetired: retiredSentence(id, 'standard', at.slice(0, 10)) !== null,
    })),
    maxConcurrency: env.maxConcurrency,
    workspaceRoots: app.folders.list(),
    runCapNanoUsd: settings.runCapNanoUsd,
    dayCapNanoUsd: settings.dayCapNanoUsd,
    monthCapNanoUsd: settings.monthCapNanoUsd,
    dayCapTokens: settings.dayCapTokens,
    dayCapAgents: settings.dayCapAgents,
    allowedModels: allowedModelsIn(app),
    permissionBounds: permissionBoundsIn(app),
    ownPermissionBounds: settings.permissionBoundsOf[app.project] ?? noBounds,
    initialPermissions: initialPermissionsIn(app),
    simulatorSpeed: app.simulator === null ? null : (settings.simulatorSpeed ?? env.simulatorSpeed),
    sandbox: sandboxOf(await findSandbox(app.processes.run, choiceOf(env))),
    you: actor.name,
  }
}

function sandboxOf(found: FoundSandbox): Settings['sandbox'] {
  if (found.kind === 'none') return { available: false, reason: found.reason, note: null }
  return { available: true, reason: null, note: found.kind === 'sandbox-runtime' ? found.note : null }
}

/** An address as people may see it: a name, password or token inside it is a credential like any other. */
function withoutSecrets(address: string): string {
  const { origin, pathname } = new URL(address)
  return `${origin}${pathname === '/' ? '' : pathname}`
}

/**
 * The default model and the allowed ones after a change. Throws `conflict` where the one would not be among the
 * others: then no launch without a model could begin.
 */
function modelsAfter(
  before: Pick<StoredSettings, 'defaultModel' | 'allowedModels'>,
  patch: Pick<SettingsPatch, 'defaultModel' | 'allowedModels'>,
): Pick<StoredSettings, 'defaultModel' | 'allowedModels'> {
  const defaultModel = resolveModel(patch.defaultModel, before.defaultModel)
  const asked = patch.allowedModels === undefined ? before.allowedModels : patch.allowedModels
  const allowedModels =
    asked === null ? null : [...new Set(asked.map((one) => resolveModel(one, defaultModel)))]
  if (allowedModels?.includes(defaultModel) === false)
    throw new Refusal(
      'conflict',
      `The default model ${defaultModel} has to be among the allowed models: ${allowedModels.join(', ')}.`,
    )
  return { defaultModel, allowedModels }
}

/** Changes settings and makes them felt at once. In turn, since the simulator is waited for on the way. */
export async function changeSettings(app: App, patch: SettingsPatch, actor: Actor): Promise<Settings> {
  await oneByOne(app.whole, 'settings', () => changeNow(app, patch))
  return readSettings(app, actor)
}

async function changeNow(app: App, patch: SettingsPatch): Promise<void> {
  const { settings } = app
  const { allowedModels: _, permissionBounds, initialPermissions, ...ofInstallation } = patch
  if (app.project !== defaultProject && Object.values(ofInstallation).some((one) => one !== undefined))
    throw new Refusal(
      'forbidden',
      'Settings are those of the installation, and are changed in Default. In a project its allowed models and permissions are.',
    )
  const before = { ...settings, allowedModels: allowedModelsIn(app) }
  const { defaultModel: model, allowedModels } = modelsAfter(before, patch)
  const permissionBoundsOf =
    permissionBounds === undefined
      ? settings.permissionBoundsOf
      : { ...settings.permissionBoundsOf, [app.project]: permissionBounds }
  // All of it is judged before any of it is changed.
  if (initialPermissions !== undefined)
    refuseBeyondBounds(
      { project: app.project, projects: app.projects, settings: { ...settings, permissionBoundsOf } },
      { ...initialPermissions, mcp: [] },
    )
  if (patch.simulatorSpeed !== undefined) await setSimulatorSpeed(app, patch.simulatorSpeed)
  settings.defaultModel = model
  if (app.project === defaultProject) settings.allowedModels = allowedModels
  else if (patch.allowedModels !== undefined) settings.allowedModelsOf[app.project] = allowedModels
  settings.permissionBoundsOf = permissionBoundsOf
  if (initialPermissions !== undefined) settings.initialPermissionsOf[app.project] = initialPermissions
  if (patch.runCapUsd !== undefined) settings.runCapNanoUsd = Math.round(patch.runCapUsd * 1e9)
  if (patch.dayCapUsd !== undefined) settings.dayCapNanoUsd = nanoUsd(patch.dayCapUsd)
  if (patch.monthCapUsd !== undefined) settings.monthCapNanoUsd = nanoUsd(patch.monthCapUsd)
  if (patch.dayCapTokens !== undefined) settings.dayCapTokens = patch.dayCapTokens
  if (patch.dayCapAgents !== undefined) settings.dayCapAgents = patch.dayCapAgents
  await applySettings(app)
}

/** Keeps changed settings, and lets caps and warnings know of them at once. */
export async function applySettings(app: App): Promise<void> {
  app.dispatcher.setCaps(calendarCaps(app.settings, app.provider.simulated))
  await saveSettings(app.store, app.settings)
  app.alerts.check()
}

function nanoUsd(usd: number | null): number | null {
  return usd === null ? null : Math.round(usd * 1e9)
}

export function readHealth(app: App): Health {
  const { simulated, name } = app.provider
  return {
    status: 'ok',
    provider: name,
    simulated,
    activeRuns: app.engine.activeRuns().length,
    maxConcurrency: app.env.maxConcurrency,
    detail: null,
  }
}

async function setSimulatorSpeed(app: App, speed: number): Promise<void> {
  if (app.simulator === null)
    throw new Refusal('conflict', 'The simulator is not in use here; its speed cannot be set.')
  const response = await fetch(`${app.simulator.url}/__sim/config`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ speed }),
  })
  if (!response.ok) throw new Error(`The simulator refused its speed: ${response.status}`)
  app.settings.simulatorSpeed = speed
}
