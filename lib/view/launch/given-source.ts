/** What somebody gave to work on, by how it is written. */
export type GivenSource =
  | { kind: 'nothing' }
  | { kind: 'addresses'; addresses: string[] }
  | { kind: 'repository'; url: string }
  | { kind: 'text'; text: string }

/** A git address: by its form, or by its ending. */
const git = /^(ssh:\/\/\S+|file:\/\/\S+|[\w.-]+@[\w.-]+:\S+|https:\/\/\S+\.git)$/

/** Whether an address can only be meant as that of a repository. */
export function isGitAddress(address: string): boolean {
  return git.test(address)
}

/** Tells addresses, one a line, and a git address from text that is meant as it is. */
export function givenIn(text: string): GivenSource {
  const lines = text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '')
  const [first] = lines
  if (first === undefined) return { kind: 'nothing' }
  if (lines.length === 1 && isGitAddress(first)) return { kind: 'repository', url: first }
  return lines.every((line) => /^https?:\/\/\S+$/.test(line))
    ? { kind: 'addresses', addresses: lines }
    : { kind: 'text', text }
}
