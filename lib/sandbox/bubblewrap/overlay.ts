import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import type { FolderView } from '../backend'

/** A folder that is mounted over with a writable copy: what is written goes to `upper`. */
type Overlay = { lower: string; upper: string; work: string; merged: string }

/** Copies of folders, as what bubblewrap shows and what has to be mounted before it starts. */
export type Copies = { shown: FolderView[]; overlays: Overlay[]; readOnly: FolderView[] }

/** Characters that separate the options of a mount. */
const separators = /[:,\\\n]/

/** Plans the copies; folders whose names cannot be told to `mount`, and all without overlays, are read-only. */
export function planCopies(folders: readonly FolderView[], place: string, canOverlay: boolean): Copies {
  const copies: Copies = { shown: [], overlays: [], readOnly: [] }
  folders.forEach((folder, at) => {
    const base = join(place, 'copies', String(at))
    if (!canOverlay || separators.test(folder.from + place)) {
      copies.readOnly.push(folder)
      return
    }
    const overlay = {
      lower: folder.from,
      ...{ upper: join(base, 'upper'), work: join(base, 'work'), merged: join(base, 'merged') },
    }
    copies.overlays.push(overlay)
    copies.shown.push({ from: overlay.merged, to: folder.to })
  })
  return copies
}

/** Makes the folders of the overlays; what was written by an earlier sandbox of this shell is kept. */
export function prepareCopies({ overlays }: Copies): void {
  for (const { upper, work, merged } of overlays)
    for (const folder of [upper, work, merged]) mkdirSync(folder, { recursive: true, mode: 0o700 })
}

/**
 * A program and arguments that mount the overlays where nobody else sees them, and then become the program
 * given. bubblewrap 0.8 has no overlays of its own.
 */
export function underOverlays(
  overlays: readonly Overlay[],
  program: readonly string[],
  isRoot: boolean,
): string[] {
  if (overlays.length === 0) return [...program]
  const options = ({ lower, upper, work }: Overlay) =>
    [`lowerdir=${lower}`, `upperdir=${upper}`, `workdir=${work}`, ...(isRoot ? [] : ['userxattr'])].join(',')
  // Each overlay takes two arguments off, its options and its place; what is left is the program.
  const script = `for overlay in ${'. '.repeat(overlays.length)}; do mount -t overlay overlay -o "$1" "$2" || exit 1; shift 2; done; exec "$@"`
  return [
    ...['/usr/bin/unshare', isRoot ? '-m' : '-Urm', '/bin/sh', '-c', script, 'sh'],
    ...overlays.flatMap((overlay) => [options(overlay), overlay.merged]),
    ...program,
  ]
}
