import type { Dirent } from 'node:fs'
import type { Skipped } from '@/lib/core/spec/imported'
import { type ClaudePlace, claudeStates, type FoundRun } from '../claude-run'
import { BoundedFiles, Unreadable } from './bounded-files'
import { isName, pathsOf } from './places'
import { readSummary, type Summary } from './read-summary'
import { runFiles, scriptsOf } from './run-files'
import { Skips } from './skips'

/** Runs that are found in a folder, newest first. */
export type FoundRuns = {
  runs: FoundRun[]
  /** How many there are in all. */
  total: number
  skipped: Skipped[]
}

/** Finds the workflow runs in a folder of Claude Code, and tells of the newest `most`. Throws `Unreadable`. */
export function findRuns(folder: string, most: number): FoundRuns {
  const files = new BoundedFiles(folder)
  const skips = new Skips()
  const places = placesIn(files, skips)
  const dated = places.map((place) => ({ place, at: lastChange(files, place) }))
  dated.sort((a, b) => b.at - a.at || (a.place.run < b.place.run ? -1 : 1))
  const runs = dated.slice(0, most).map(({ place }) => foundRun(files, place))
  return { runs, total: places.length, skipped: skips.list() }
}

function placesIn(files: BoundedFiles, skips: Skips): ClaudePlace[] {
  const places: ClaudePlace[] = []
  for (const project of folders(files, skips, 'projects'))
    for (const session of folders(files, skips, 'projects', project)) {
      const { agents, summary } = pathsOf({ project, session, run: '' })
      const names = new Set<string>()
      // A run that has died leaves no summary, and one that failed at its first line nothing else.
      for (const run of folders(files, skips, ...agents)) names.add(run)
      for (const entry of entries(files, skips, ...summary.slice(0, -1)))
        if (entry.isFile() && entry.name.endsWith('.json')) names.add(entry.name.slice(0, -'.json'.length))
      for (const run of names) if (isRun(run)) places.push({ project, session, run })
    }
  return places
}

function isRun(name: string): boolean {
  return isName(name) && name.startsWith('wf_')
}

function folders(files: BoundedFiles, skips: Skips, ...path: string[]): string[] {
  const found = entries(files, skips, ...path)
  skips.add('links, which are not followed', found.filter((entry) => entry.isSymbolicLink()).length)
  return found.filter((entry) => entry.isDirectory() && isName(entry.name)).map(({ name }) => name)
}

function entries(files: BoundedFiles, skips: Skips, ...path: string[]): Dirent[] {
  try {
    return files.entries(...path.filter((name) => name !== ''))
  } catch (error) {
    if (!(error instanceof Unreadable)) throw error
    skips.add(`folders: ${error.message}`)
    return []
  }
}

/** When something of a run changed last, as far as a glance tells. */
function lastChange(files: BoundedFiles, place: ClaudePlace): number {
  const { summary, journal, agents } = pathsOf(place)
  return Math.max(...[summary, journal, agents].map((path) => files.stat(...path)?.changedMs ?? 0))
}

function foundRun(files: BoundedFiles, place: ClaudePlace): FoundRun {
  const skips = new Skips()
  try {
    const found = runFiles(files, place, scriptsOf(files, place))
    const summary = readSummary(files, pathsOf(place).summary, skips)
    return {
      place,
      name: summary?.workflowName ?? found.script?.name ?? place.run,
      at: summary?.startTime ?? summary?.timestamp ?? new Date(found.changedMs).toISOString(),
      agents: Math.max(found.agents.size, summary?.workflowProgress.length ?? 0),
      tokens: summary?.totalTokens ?? null,
      state: stateOf(summary),
      digest: found.digest,
      problem: null,
    }
  } catch (error) {
    if (!(error instanceof Unreadable)) throw error
    const at = new Date(lastChange(files, place)).toISOString()
    const nothing = { agents: 0, tokens: null, state: 'unfinished', digest: '' } as const
    return { place, name: place.run, at, ...nothing, problem: `It cannot be read: ${error.message}.` }
  }
}

/** How it ended; a word that nobody knows is no end that could be told. */
export function stateOf(summary: Summary | null): FoundRun['state'] {
  return claudeStates.find((state) => state === summary?.status) ?? 'unfinished'
}
