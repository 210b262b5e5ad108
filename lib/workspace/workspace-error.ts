import { cutText } from '@/lib/core/base/cut-text'

export const workspaceErrorKinds = [
  'outside-roots',
  'private',
  'missing',
  'not-a-folder',
  'unreadable',
  'silent',
  'too-much',
] as const
export type WorkspaceErrorKind = (typeof workspaceErrorKinds)[number]

const LONGEST_SHOWN = 300

/** Why a folder cannot be a workspace; the message is for people and says what to do. */
export class WorkspaceError extends Error {
  readonly kind: WorkspaceErrorKind

  constructor(kind: WorkspaceErrorKind, path: string, cause?: unknown) {
    super(sentences[kind](cutText(path, LONGEST_SHOWN)), { cause })
    this.name = 'WorkspaceError'
    this.kind = kind
  }
}

const sentences: Readonly<Record<WorkspaceErrorKind, (path: string) => string>> = {
  'outside-roots': (path) =>
    `${path} is outside the folders that runs may open. Choose a folder inside them, or have an admin allow it under Settings, Folders.`,
  private: (path) =>
    `${path} is no workspace: it lies where secrets or version control's own data are kept. Choose another folder.`,
  missing: (path) => `${path} does not exist. Check the path, or create the folder.`,
  'not-a-folder': (path) => `${path} is not a folder. Choose the folder it lies in.`,
  unreadable: (path) => `${path} cannot be read. Give Skein's user the right to read it.`,
  silent: (path) =>
    `${path} does not answer: nothing could be read of it for a while. Check that the disk or network drive it lies on is there and mounted, then try again.`,
  'too-much': (path) =>
    `${path} holds more than can be listed within minutes. Choose a folder in it, or have a .gitignore leave out what agents need not see.`,
}
