/** The branch that a run's changes are put on where nobody names another: `skein/rename-parser-1f3c09ab`. */
export function defaultBranch({ id, title }: { id: string; title: string }): string {
  return `skein/${slug(title)}-${id.slice(0, 8)}`
}

/** Characters of a title that its branch is named by. */
const MOST_CHARACTERS = 40

function slug(title: string): string {
  const plain = title
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '')
    .slice(0, MOST_CHARACTERS)
  return plain || 'run'
}
