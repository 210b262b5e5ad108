import type { Actor } from '@/lib/core/base/actor'

/** Who launched a run; null where nobody has a name, since there is no team. */
export function launcherName({ kind, name }: Pick<Actor, 'kind' | 'name'>): string | null {
  return kind === 'local' ? null : name
}
