import type { Actor } from '@/lib/core/base/actor'
import { cutText } from '@/lib/core/base/cut-text'
import { utcDay } from '@/lib/core/base/utc-day'
import type { Briefing } from '@/lib/core/spec/briefing'
import { noPermissions } from '@/lib/core/spec/permissions'
import {
  defaultBreaker,
  defaultCacheWarmUpSeconds,
  defaultLimits,
  defaultMinSuccess,
  type RunSpec,
} from '@/lib/core/spec/run'
import type { Phase } from '@/lib/core/spec/run-status'
import { type ClaudeRun, originOf } from '@/lib/imports/claude-run'
import { type ImportedAgent, modelOf } from '@/lib/imports/journal/imported-agent'
import { permissionBoundsIn } from '@/lib/server/app/allowed/permissions'
import type { App } from '@/lib/server/app/app'
import { briefingOf } from '@/lib/server/app/briefing'

/** Longest title of an imported run. */
const LONGEST_TITLE = 200

/** An imported run as it is recorded, and what agents of a fork of it are told. */
export type ImportedSpec = { spec: RunSpec; briefing: Briefing }

/**
 * What an imported run is recorded as. Its settings are those that its forks begin with: the caps of this server, and
 * the folder it worked in where runs may open that.
 */
export async function importedSpec(
  app: App,
  theirs: ClaudeRun,
  agents: readonly ImportedAgent[],
  actor: Actor,
): Promise<ImportedSpec> {
  const { script, name } = theirs
  const digest = script === null ? '' : app.digest(script)
  const reading = script === null ? null : await app.sources.tryRead(script, digest)
  const meta = reading?.ok === true ? reading.read.meta : null
  const folder = agents.map(({ course }) => course?.folder ?? null).find((one) => one !== null) ?? null
  // A folder that is gone, or that runs may not open, is none to go on with.
  const workspace = folder === null ? null : await app.openWorkspace(folder).catch(() => null)
  const title = cutText(name, LONGEST_TITLE)
  return {
    briefing:
      workspace === null
        ? { day: utcDay(app.now()), workspace: null, notes: null }
        : await briefingOf(app, workspace, true),
    spec: {
      title,
      orchestrator: 'script',
      workflow:
        meta === null
          ? null
          : { name: meta.name, description: meta.description, digest, origin: null, version: null },
      phases: phasesOf(meta?.phases ?? [], theirs),
      phaseSettings: {},
      limits: { ...defaultLimits, nanoUsd: app.settings.runCapNanoUsd },
      budgetTokens: null,
      sampleItems: null,
      onLimit: 'pause',
      minSuccess: defaultMinSuccess,
      breaker: defaultBreaker,
      concurrency: null,
      model: theirs.defaultModel ?? mostUsedModel(agents) ?? app.settings.defaultModel,
      models: null,
      effort: null,
      fallbackModel: null,
      allowsLongContext: false,
      speed: 'standard',
      delivery: 'live',
      cacheWarmUpSeconds: defaultCacheWarmUpSeconds,
      workspace: workspace === null ? null : { root: workspace.root, revision: workspace.revision },
      workspaceNotes: true,
      permissions: noPermissions,
      permissionBounds: permissionBoundsIn(app),
      whenNotPermitted: 'refuse',
      tags: [],
      // What it cost was real, whatever this server runs on.
      simulated: false,
      dryRun: null,
      launchedBy: actor,
      project: app.project,
      forkedFrom: null,
      imported: {
        source: 'claude-code',
        origin: originOf(theirs.place),
        digest: theirs.digest,
        at: new Date(app.now()).toISOString(),
        folder,
        version: agents.map(({ course }) => course?.version ?? null).find((one) => one !== null) ?? null,
        skipped: [],
        forkable: 0,
      },
      overrides: [],
      approved: null,
      estimate: null,
    },
  }
}

/** The phases that its script declares; else those of its summary. */
function phasesOf(declared: readonly Phase[], theirs: ClaudeRun): Phase[] {
  if (declared.length > 0) return [...declared]
  return theirs.phases.map(({ title, detail }) => ({ title, detail, model: null }))
}

function mostUsedModel(agents: readonly ImportedAgent[]): string | null {
  const counts = new Map<string, number>()
  for (const agent of agents) {
    const model = modelOf(agent)
    if (model !== 'unknown') counts.set(model, (counts.get(model) ?? 0) + 1)
  }
  const [first] = [...counts].sort(([, a], [, b]) => b - a)
  return first?.[0] ?? null
}
