import { execFileSync, spawn } from 'node:child_process'
import { appendFileSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

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
      const before = this.branch(name, branch) ?? this.branch(name, 'main')
      const orders = [
        `commit refs/heads/${branch}\ncommitter t <t@localhost> now\n${data('a change')}`,
        ...(before === null ? [] : [`from ${before}\n`]),
        ...Object.entries(files).map(([path, text]) => `M 100644 inline ${path}\n${data(text)}`),
      ]
      // A clone, a commit in it and a push are twelve processes, and each of them takes longer to start than this.
      execFileSync('git', ['--git-dir', folderOf(name), 'fast-import', '--quiet', '--date-format=now'], {
        input: orders.join(''),
        env: environment,
        stdio: 'pipe',
      })
      return this.branch(name, branch) ?? ''
    },
    add(name: string, files: Readonly<Record<string, string>>): string {
      mkdirSync(folderOf(name), { recursive: true })
      execFileSync('git', ['init', '-q', '--bare', '--template=', '-b', 'main', folderOf(name)], {
        env: environment,
      })
      appendFileSync(join(folderOf(name), 'config'), '[http]\n\treceivepack = true\n')
      return this.commit(name, files)
    },
    /** The commit of a branch, as git keeps it in files; null where there is none. */
    branch(name: string, branch: string): string | null {
      const ref = `refs/heads/${branch}`
      const read = (file: string) => {
        const path = join(folderOf(name), file)
        return existsSync(path) ? readFileSync(path, 'utf8') : ''
      }
      const packed = read('packed-refs')
        .split('\n')
        .find((line) => line.endsWith(` ${ref}`))
      return read(ref).trim() || packed?.split(' ')[0] || null
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

/** Bytes as `git fast-import` is told them. */
function data(text: string): string {
  return `data ${Buffer.byteLength(text)}\n${text}\n`
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
