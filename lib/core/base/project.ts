/** The project that everything belongs to until a team makes others. */
export const defaultProject = 'default'

/** What each project is called, by its id. */
export const projectNames: Readonly<Record<string, string>> = { [defaultProject]: 'Default' }
