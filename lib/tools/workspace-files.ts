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
  /** Follows a model's path; a refusal is a sentence that the model may read. */
  locate(
    path: string,
  ): Promise<
    { ok: true; path: string; absolute: string; kind: 'file' | 'folder'; size: number } | { ok: false; reason: string }
  >
}
