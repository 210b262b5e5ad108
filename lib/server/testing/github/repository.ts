import { execFileSync, spawn } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'

/** What the configuration of whoever runs the tests would add. */
const environment: NodeJS.ProcessEnv = {
  PATH: process.env.PATH,
  GIT_CONFIG_NOSYSTEM: '1',
  GIT_CONFIG_GLOBAL: '/dev/null',
  NODE_ENV: 'test',
}

/** Bare repositories in a folder of their own, each begun with one commit of `main`. */
export function makeRepositories() {
  const root = mkdtempSync(join(tmpdir(), 'skein-github-'))
  const folderOf = (name: string) => join(root, 'bare', `${name}.git`)
  const git = (name: string, ...args: string[]) =>
    execFileSync('git', ['--git-dir', folderOf(name), ...args], {
      encoding: 'utf8',
      env: environment,
      stdio: 'pipe',
    }).trim()
  return {
    root: join(root, 'bare'),
    git,
    /** Commits files onto a branch, which is made from `main` where it is not there. Gives the commit. */
    commit(name: string, files: Readonly<Record<string, string>>, branch = 'main'): string {
      const work = mkdtempSync(join(root, 'work-'))
      const run = (...args: string[]) =>
        execFileSync('git', ['-c', 'user.name=t', '-c', 'user.email=t@localhost', ...args], {
          cwd: work,
          encoding: 'utf8',
          env: environment,
          // Git warns of cloning an empty repository.
          stdio: 'pipe',
        }).trim()
      run('clone', '-q', folderOf(name), '.')
      const isThere = git(name, 'for-each-ref', `refs/heads/${branch}`) !== ''
      const isEmpty = git(name, 'for-each-ref') === ''
      if (isEmpty) run('checkout', '-q', '-b', branch)
      else run('checkout', '-q', ...(isThere ? [branch] : ['-b', branch, 'origin/main']))
      for (const [path, text] of Object.entries(files)) {
        mkdirSync(dirname(join(work, path)), { recursive: true })
        writeFileSync(join(work, path), text)
      }
      run('add', '-A')
      run('commit', '-q', '-m', 'a change')
      run('push', '-q', 'origin', branch)
      return run('rev-parse', 'HEAD')
    },
    add(name: string, files: Readonly<Record<string, string>>): string {
      mkdirSync(folderOf(name), { recursive: true })
      execFileSync('git', ['init', '-q', '--bare', '-b', 'main', folderOf(name)], { env: environment })
      git(name, 'config', 'http.receivepack', 'true')
      return this.commit(name, files)
    },
    /** The commit of a branch; null where there is none. */
    branch(name: string, branch: string): string | null {
      return git(name, 'for-each-ref', '--format=%(objectname)', `refs/heads/${branch}`) || null
    },
    branches: (name: string) =>
      git(name, 'for-each-ref', '--format=%(refname:short)', 'refs/heads').split('\n'),
    has(name: string, commit: string): boolean {
      try {
        git(name, 'cat-file', '-e', `${commit}^{commit}`)
        return true
      } catch {
        return false
      }
    },
    dispose: () => rmSync(root, { recursive: true, force: true }),
  }
}

/** Answers a request of git's by `git http-backend`, a CGI program; resolves once all of it was answered. */
export function answerGit(root: string, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const url = new URL(request.url ?? '/', 'http://localhost')
  const backend = spawn('git', ['http-backend'], {
    env: {
      ...environment,
      GIT_PROJECT_ROOT: root,
      GIT_HTTP_EXPORT_ALL: '1',
      PATH_INFO: url.pathname,
      QUERY_STRING: url.search.slice(1),
      REQUEST_METHOD: request.method ?? 'GET',
      CONTENT_TYPE: request.headers['content-type'] ?? '',
      HTTP_CONTENT_ENCODING: request.headers['content-encoding'] ?? '',
      GIT_PROTOCOL: String(request.headers['git-protocol'] ?? ''),
      REMOTE_USER: 'x-access-token',
    },
  })
  request.pipe(backend.stdin)
  const chunks: Buffer[] = []
  backend.stdout.on('data', (chunk: Buffer) => chunks.push(chunk))
  return new Promise((resolve) => {
    backend.on('close', () => {
      const output = Buffer.concat(chunks)
      const end = output.indexOf('\r\n\r\n')
      const headers = new Map(
        output
          .subarray(0, end)
          .toString('latin1')
          .split('\r\n')
          .map(
            (line) => [line.slice(0, line.indexOf(':')), line.slice(line.indexOf(':') + 1).trim()] as const,
          ),
      )
      response.writeHead(Number(headers.get('Status')?.slice(0, 3) ?? 200), {
        'content-type': headers.get('Content-Type') ?? 'text/plain',
      })
      response.end(output.subarray(end + 4), () => resolve())
    })
  })
}
