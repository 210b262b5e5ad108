/**
 * What a run's folder is called beside its title: the last part of its path. Null without a folder, and where the
 * title ends with it already, as that of a workflow's run does.
 */
export function folderBeside(title: string, workspace: string | null): string | null {
  const name = workspace?.split(/[/\\]/).filter(Boolean).at(-1) ?? null
  return name === null || title.endsWith(`: ${name}`) ? null : name
}
