import { z } from 'zod'
import { jsonValue } from '@/lib/core/base/json'
import { defaultProject } from '@/lib/core/base/project'
import type { SettingStore } from '@/lib/core/ports/setting-store'

const addedSchema = z.object({
  path: z.string(),
  by: z.string(),
  at: z.string(),
  project: z.string().default(defaultProject),
})

/** A folder that somebody allowed while the server ran: its real path, by whom, and when (ISO 8601). */
export type AddedFolder = Omit<z.infer<typeof addedSchema>, 'project'>

/** A run that was at work on a folder when that was removed, and keeps it until it ends. */
const keptSchema = z.object({ runId: z.string(), root: z.string() })
type KeptFolder = z.infer<typeof keptSchema>

const storedSchema = z.object({ added: z.array(addedSchema), kept: z.array(keptSchema) })
type Stored = z.infer<typeof storedSchema>

const KEY = 'allowed-folders'

/** What is stored, as all views of it have it, and the last change that was asked for. */
type Shared = { stored: Stored; turn: Promise<unknown> }

/**
 * The folders that runs may open: those of the environment, which are every project's, and those that an admin
 * added, each in its project. One list for all who ask, so what is removed is gone everywhere at once.
 */
export class AllowedFolders {
  private constructor(
    private readonly store: SettingStore,
    readonly fromEnvironment: readonly string[],
    private readonly shared: Shared,
    /** The project that is seen of it; null for all of them. */
    private readonly project: string | null,
  ) {}

  /** What cannot be read of the store counts as not there. */
  static async open(store: SettingStore, fromEnvironment: readonly string[]): Promise<AllowedFolders> {
    const { data } = storedSchema.safeParse(await store.getSetting(KEY))
    const shared = { stored: data ?? { added: [], kept: [] }, turn: Promise.resolve() }
    return new AllowedFolders(store, fromEnvironment, shared, null)
  }

  /** The same as one project has it. */
  within(project: string): AllowedFolders {
    return new AllowedFolders(this.store, this.fromEnvironment, this.shared, project)
  }

  get added(): readonly AddedFolder[] {
    return this.shared.stored.added.filter((one) => this.#isOwn(one))
  }

  /** Every folder that a launch may name, or name something in. */
  list(): string[] {
    return [...new Set([...this.fromEnvironment, ...this.added.map(({ path }) => path)])]
  }

  /** The same for a run that may be at work already: with the folder it has kept. */
  listFor(runId: string): string[] {
    const kept = this.shared.stored.kept.filter((one) => one.runId === runId)
    return [...this.list(), ...kept.map(({ root }) => root)]
  }

  /** Allows a folder. False, and nothing done, where `refuses` says so of those there are by then. */
  add(folder: AddedFolder, refuses: (added: readonly AddedFolder[]) => boolean): Promise<boolean> {
    const own = { ...folder, project: this.project ?? defaultProject }
    return this.#change(({ added, kept }) =>
      refuses(added.filter((one) => this.#isOwn(one))) ? null : { added: [...added, own], kept },
    )
  }

  /** Takes a folder away; the runs given keep theirs until they end. False where it is none of those added. */
  remove(path: string, keep: readonly KeptFolder[]): Promise<boolean> {
    return this.#change(({ added, kept }) => {
      const left = added.filter((one) => one.path !== path || !this.#isOwn(one))
      return left.length === added.length ? null : { added: left, kept: [...kept, ...keep] }
    })
  }

  /** A run has ended: what it had kept is kept no longer. */
  async forget(runId: string): Promise<void> {
    if (!this.shared.stored.kept.some((one) => one.runId === runId)) return
    await this.#change(({ added, kept }) => ({ added, kept: kept.filter((one) => one.runId !== runId) }))
  }

  /** Resolves once every change that was asked for is on disk. */
  async settled(): Promise<void> {
    await this.shared.turn.catch(() => {})
  }

  #isOwn({ project }: { project: string }): boolean {
    return this.project === null || project === this.project
  }

  #change(next: (before: Stored) => Stored | null): Promise<boolean> {
    const changed = this.shared.turn
      .catch(() => {})
      .then(async () => {
        const after = next(this.shared.stored)
        if (after === null) return false
        await this.store.putSetting(KEY, jsonValue(after))
        this.shared.stored = after
        return true
      })
    this.shared.turn = changed
    return changed
  }
}
