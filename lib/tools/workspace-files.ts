import type { FileNames, FilePieces } from './untrusted-protocol'

/**
 * Entries that cannot be opened by any name, since theirs are not UTF-8: how many there are, and some as they
 * can be shown.
 */
export type UnlistedNames = { count: number; examples: readonly string[] }

/** The workspace as tools need it: what can be seen, and where a path leads. */
export type WorkspaceFiles = {
  /** The real path of its folder. */
  root: string
  /** Identity of the files' contents. */
  revision: string
  /** Visible files sorted by path, relative to the root with `/` between parts. */
  listFiles(): readonly { path: string; size: number }[]
  /** True when there are more files than are listed. */
  isCut: boolean
  unlistedNames: UnlistedNames
  /**
   * The files in which a pattern may match, and how many others there are in which it does not; null where
   * that cannot be told without reading all. Only where files are not read where they lie.
   */
  narrow?(
    pattern: string,
    options: { caseSensitive: boolean; under: string; signal: AbortSignal },
  ): Promise<{ files: FileNames; pieces: FilePieces; others: number } | null>
  /** Follows a model's path; a refusal is a sentence that the model may read. */
  locate(
    path: string,
  ): Promise<
    | { ok: true; path: string; absolute: string; kind: 'file' | 'folder'; size: number }
    | { ok: false; reason: string }
  >
}

/** What a tool says of them, so that nobody takes them for not being there. */
export function unlistedNote({ count, examples }: UnlistedNames): string {
  const more = count > examples.length ? ` and ${count - examples.length} more` : ''
  return `[${count} ${count === 1 ? 'file or folder has a name that is' : 'files or folders have names that are'} not UTF-8 and cannot be listed, searched or read: ${examples.join(', ')}${more}.]`
}
