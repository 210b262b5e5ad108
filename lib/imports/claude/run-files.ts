import { createHash } from 'node:crypto'
import type { ClaudePlace } from '../claude-run'
import type { BoundedFiles } from './bounded-files'
import { agentFile, agentIdOf, isName, pathsOf, scriptName } from './places'

/** The files of a run: which there are, how large, and when one of them changed last. */
export type RunFiles = {
  agents: Set<string>
  script: { file: string; name: string } | null
  /** By name and size; another one says that they have changed. */
  digest: string
  changedMs: number
}

/** Looks which files a run has. `scripts` are the names in its session's folder of scripts. */
export function runFiles(
  files: BoundedFiles,
  place: ClaudePlace,
  scripts: readonly string[] = scriptsOf(files, place),
): RunFiles {
  const paths = pathsOf(place)
  const agents = new Set<string>()
  for (const entry of files.entries(...paths.agents)) {
    const id = agentIdOf(entry.name)
    if (id !== null && entry.isFile()) agents.add(id)
  }
  const script = scripts.flatMap((file) => {
    const name = scriptName(file, place.run)
    return name === null ? [] : [{ file, name }]
  })[0]
  let changedMs = 0
  const sized = [
    ...[...agents].sort().map((id) => [...paths.agents, agentFile(id)]),
    paths.journal,
    paths.summary,
  ].map((path) => {
    const stat = files.stat(...path)
    changedMs = Math.max(changedMs, stat?.changedMs ?? 0)
    return [path.at(-1), stat?.size ?? null]
  })
  const digest = createHash('sha256').update(JSON.stringify(sized)).digest('hex')
  return { agents, script: script ?? null, digest, changedMs }
}

/** Names of the scripts of a session. */
export function scriptsOf(files: BoundedFiles, place: Omit<ClaudePlace, 'run'>): string[] {
  return files
    .entries(...pathsOf({ ...place, run: '' }).scripts)
    .filter((entry) => entry.isFile() && isName(entry.name))
    .map(({ name }) => name)
}
