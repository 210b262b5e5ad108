import { parseUrl } from '@/lib/core/wire/parse-url'
import type { RepositoryName } from './client'

/** Where the API of github.com is. That of a GitHub Enterprise Server ends with `/api/v3`. */
export const usualApiUrl = 'https://api.github.com'

/** Where people and git find what an API is about: `https://github.com` for that of `https://api.github.com`. */
export function webUrlOf(apiUrl: string): string {
  const { protocol, host, origin } = new URL(apiUrl)
  const isOfCloud = host === 'api.github.com' || /^api\.[\w-]+\.ghe\.com$/.test(host)
  return isOfCloud ? `${protocol}//${host.slice('api.'.length)}` : origin
}

/** `owner/name` taken apart. */
export function nameOf(repository: string): RepositoryName {
  const [owner = '', repo = ''] = repository.split('/')
  return { owner, repo }
}

/** Where git finds a repository. */
export function gitUrlOf(apiUrl: string, repository: string): string {
  return `${webUrlOf(apiUrl)}/${repository}.git`
}

/**
 * The `owner/name` of a git address at the GitHub of an API, in every form that git takes; null where it is none of
 * there.
 */
export function repositoryAt(apiUrl: string, address: string): string | null {
  const web = new URL(webUrlOf(apiUrl))
  const scp = /^[\w.-]+@([\w.-]+):(?!\/\/)(.+)$/.exec(address)
  if (scp !== null) return scp[1] === web.hostname ? pathAsName(scp[2] ?? '') : null
  const url = parseUrl(address)
  if (url === null) return null
  const { protocol, host, hostname, pathname } = url
  if (protocol === 'ssh:') return hostname === web.hostname ? pathAsName(pathname) : null
  return protocol === web.protocol && host === web.host ? pathAsName(pathname) : null
}

function pathAsName(path: string): string | null {
  const found = /^\/?([A-Za-z0-9][\w-]*)\/([\w.-]+?)(?:\.git)?\/?$/.exec(path)
  return found === null ? null : `${found[1]}/${found[2]}`
}
