import { defaultProject, defaultProjectName, type Reach, reachWith } from '@/lib/core/base/project'
import type { Person } from '@/lib/core/ports/people-store'
import type { Project, ProjectStore } from '@/lib/core/ports/project-store'

/** A project as far as anybody has to know who enters it. */
export type KnownProject = Pick<Project, 'id' | 'name' | 'archivedAt'>

const byDefault: KnownProject = { id: defaultProject, name: defaultProjectName, archivedAt: null }

/** The projects of this installation, kept in this process: they are looked at with every request. */
export class Projects {
  #made: readonly Project[] = []
  #all: readonly KnownProject[] = [byDefault]
  #byId: ReadonlyMap<string, KnownProject> = new Map()

  private constructor(private readonly store: ProjectStore) {}

  static async open(store: ProjectStore): Promise<Projects> {
    const projects = new Projects(store)
    await projects.reload()
    return projects
  }

  /** Reads them anew, after a change. */
  async reload(): Promise<void> {
    this.#made = await this.store.listProjects()
    this.#all = [byDefault, ...this.#made]
    this.#byId = new Map(this.#all.map((one) => [one.id, one]))
  }

  /** Whether there is none beside Default, so that nothing has to be told apart. */
  get isOnlyDefault(): boolean {
    return this.#made.length === 0
  }

  /** Default first, then the others by name; archived ones too. */
  list(): readonly KnownProject[] {
    return this.#all
  }

  find(id: string): KnownProject | null {
    return this.#byId.get(id) ?? null
  }

  /** The project of a run; null where there never was such a run. */
  ofRun(runId: string): Promise<string | null> {
    return this.store.projectOfRun(runId)
  }
}

/** The projects of somebody with an account. */
export async function reachOf(store: ProjectStore, { id, role }: Person): Promise<Reach> {
  return reachWith({ role, isKeptOut: await store.isKeptOut(id) }, await store.membershipsOf(id))
}
