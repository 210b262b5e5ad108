import {
  githubCheckInputSchema,
  githubCheckSchema,
  githubSchema,
  newGithubSchema,
  retryHandoverSchema,
  runGithubSchema,
} from '../projects/github'
import { body, endpoint, json } from './endpoint'

const runExample = {
  repository: 'octo/app',
  repositoryUrl: 'https://github.com/octo/app',
  number: null,
  canOpen: true,
  whyNot: null,
  handovers: [],
}

/** The connection of a project to GitHub, and what is handed over to it of runs. */
export const githubApi = {
  getGithub: endpoint('GET', '/api/github', 'How the project is connected to GitHub', {
    access: 'admin',
    within: 'project',
    answer: json(githubSchema, { kind: null, apiUrl: null, appId: null, setAt: null, setBy: null }),
  }),
  setGithub: endpoint(
    'PUT',
    '/api/github',
    'Connect the project to GitHub; the secret is never shown again',
    {
      access: 'admin',
      within: 'project',
      notForKeys: true,
      records: ['kind', 'apiUrl'],
      body: body(newGithubSchema, { kind: 'token', token: 'the-token-as-github-gave-it' }),
      answer: json(githubSchema),
      refusals: ['conflict'],
    },
  ),
  deleteGithub: endpoint('DELETE', '/api/github', 'Forget the connection of the project to GitHub', {
    access: 'admin',
    within: 'project',
    notForKeys: true,
    answer: { kind: 'nothing' },
    refusals: ['not-found'],
  }),
  checkGithub: endpoint('POST', '/api/github/check', 'Who the connection is at GitHub, and what it may do', {
    access: 'admin',
    within: 'project',
    changes: false,
    body: body(githubCheckInputSchema, { repository: 'octo/app' }),
    answer: json(githubCheckSchema, {
      isGood: true,
      who: 'octo-bot',
      may: [{ what: 'push branches', isAllowed: true, why: null }],
      problem: null,
      requestsLeft: 4_990,
    }),
  }),
  getRunGithub: endpoint('GET', '/api/runs/{id}/github', 'What of a run is handed over to GitHub', {
    access: 'viewer',
    within: 'run',
    answer: json(runGithubSchema, runExample),
  }),
  openPullRequest: endpoint(
    'POST',
    '/api/runs/{id}/github/pull-request',
    'Push the changes of a run as a branch, and open a pull request with its report',
    { access: 'admin', within: 'run', answer: json(runGithubSchema, runExample), refusals: ['conflict'] },
  ),
  retryHandover: endpoint('POST', '/api/runs/{id}/github/retry', 'Try again what could not be handed over', {
    access: 'admin',
    within: 'run',
    records: ['kind'],
    body: body(retryHandoverSchema, { kind: 'pull-request' }),
    answer: json(runGithubSchema, runExample),
    refusals: ['conflict'],
  }),
}
