/** The project that everything belongs to until a team makes others. */
export const defaultProject = 'default'
