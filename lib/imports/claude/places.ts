import type { ClaudePlace } from '../claude-run'

/** Whether a name is one part of a path, and leads neither up nor on. */
export function isName(name: string): boolean {
  return name !== '' && name !== '.' && name !== '..' && name.length <= 255 && !/[/\\\0]/.test(name)
}

/** Where the files of a run lie, below the folder of Claude Code. */
export function pathsOf({ project, session, run }: ClaudePlace) {
  const base = ['projects', project, session]
  return {
    scripts: [...base, 'workflows', 'scripts'],
    summary: [...base, 'workflows', `${run}.json`],
    agents: [...base, 'subagents', 'workflows', run],
    journal: [...base, 'subagents', 'workflows', run, 'journal.jsonl'],
  }
}

/** The name of an agent in that of its file; null for a file of another kind. */
export function agentIdOf(fileName: string): string | null {
  return /^agent-(.+)\.jsonl$/s.exec(fileName)?.[1] ?? null
}

/** The file of an agent. */
export function agentFile(id: string): string {
  return `agent-${id}.jsonl`
}

/** The name of a workflow in that of the script of a run. */
export function scriptName(fileName: string, run: string): string | null {
  const end = `-${run}.js`
  return fileName.endsWith(end) && fileName.length > end.length ? fileName.slice(0, -end.length) : null
}
