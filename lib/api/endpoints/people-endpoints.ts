import { firstApi } from '../first/endpoints'
import {
  acceptSchema,
  accountSchema,
  apiKeysSchema,
  auditPageSchema,
  auditQuerySchema,
  auditVerdictSchema,
  invitedSchema,
  inviteSchema,
  madeKeySchema,
  madeShareSchema,
  memberPatchSchema,
  membersSchema,
  newKeySchema,
  newPasskeySchema,
  newShareSchema,
  oidcBeginSchema,
  oidcBegunSchema,
  passkeyQuestionSchema,
  passkeySignInSchema,
  passwordChangeSchema,
  passwordLinkSchema,
  passwordResetSchema,
  sharedRunSchema,
  sharedTokenSchema,
  sharesSchema,
  signInSchema,
} from '../people'
import { body, created, endpoint, json } from './endpoint'

const nothing = { kind: 'nothing' } as const
const ofATeam = ['conflict'] as const

/** Signing in, and one's own account. */
export const accountApi = {
  getAccess: firstApi.getAccess,
  signIn: endpoint('POST', '/api/sign-in', 'Sign in with e-mail and password', {
    access: 'open',
    within: 'installation',
    body: body(signInSchema, { email: 'ann@example.org', password: 'a long password' }),
    answer: nothing,
    refusals: ['unauthorized', 'too-many', 'conflict'],
  }),
  beginOidc: endpoint('POST', '/api/sign-in/oidc', "The provider's address where a sign-in begins", {
    access: 'open',
    within: 'installation',
    changes: false,
    body: body(oidcBeginSchema, { back: '/runs' }),
    answer: json(oidcBegunSchema, { url: 'https://login.example.org/authorize?…' }),
    refusals: ['conflict'],
  }),
  finishOidc: endpoint('GET', '/api/auth/callback/oidc', 'Where the provider sends a browser back to', {
    access: 'open',
    within: 'installation',
    changes: true,
    fromOtherSites: true,
    answer: { kind: 'redirect' },
    refusals: ['conflict'],
  }),
  acceptInvitation: endpoint(
    'POST',
    '/api/invitations/accept',
    'Make an account by the link of an invitation',
    {
      access: 'open',
      within: 'installation',
      records: ['name', 'email'],
      body: body(acceptSchema, {
        token: 'what follows the # of the link',
        name: 'Ann',
        email: 'ann@example.org',
        password: 'a long password',
      }),
      answer: nothing,
      refusals: ['unauthorized', 'too-many', 'conflict'],
    },
  ),
  beginPasskeySignIn: endpoint(
    'POST',
    '/api/sign-in/passkey/begin',
    'What a device is asked for to sign in',
    {
      access: 'open',
      within: 'installation',
      changes: false,
      answer: json(passkeyQuestionSchema, { question: { challenge: '…', rpId: 'skein.example' } }),
      refusals: ['conflict'],
    },
  ),
  signInByPasskey: endpoint('POST', '/api/sign-in/passkey', 'Sign in with a passkey', {
    access: 'open',
    within: 'installation',
    body: body(passkeySignInSchema, {
      answer: {
        ...{ id: 'a2V5', rawId: 'a2V5', type: 'public-key' },
        response: { clientDataJSON: 'e30', authenticatorData: 'AA', signature: 'AA' },
      },
    }),
    answer: nothing,
    refusals: ['unauthorized', 'too-many', 'conflict'],
  }),
  resetPassword: endpoint('POST', '/api/password-reset', 'Set a new password by a link of an admin', {
    access: 'open',
    within: 'installation',
    body: body(passwordResetSchema, { token: 'what follows the # of the link', password: 'a long password' }),
    answer: nothing,
    refusals: ['unauthorized', 'too-many', 'conflict'],
  }),
  signOut: endpoint('POST', '/api/sign-out', 'Sign out of this browser', {
    access: 'viewer',
    within: 'installation',
    notForKeys: true,
    answer: nothing,
    refusals: ofATeam,
  }),
  getAccount: endpoint('GET', '/api/account', 'Oneself, and the browsers one has signed in with', {
    access: 'viewer',
    within: 'installation',
    notForKeys: true,
    answer: json(accountSchema),
    refusals: ofATeam,
  }),
  changePassword: endpoint('PUT', '/api/account/password', 'Change one’s password; other sessions end', {
    access: 'viewer',
    within: 'installation',
    notForKeys: true,
    body: body(passwordChangeSchema, { current: 'the old one', next: 'a new long one' }),
    answer: nothing,
    refusals: ofATeam,
  }),
  beginPasskey: endpoint(
    'POST',
    '/api/account/passkeys/begin',
    'What a device is asked for to make a passkey',
    {
      access: 'viewer',
      within: 'installation',
      notForKeys: true,
      changes: false,
      answer: json(passkeyQuestionSchema, { question: { challenge: '…' } }),
      refusals: ofATeam,
    },
  ),
  addPasskey: endpoint('POST', '/api/account/passkeys', 'Keep a passkey that a device made', {
    access: 'viewer',
    within: 'installation',
    notForKeys: true,
    body: body(newPasskeySchema, {
      name: 'My laptop',
      answer: {
        ...{ id: 'a2V5', rawId: 'a2V5', type: 'public-key' },
        response: { clientDataJSON: 'e30', attestationObject: 'oA' },
      },
    }),
    answer: nothing,
    refusals: ofATeam,
  }),
  removePasskey: endpoint('DELETE', '/api/account/passkeys/{passkeyId}', 'Forget one of one’s passkeys', {
    access: 'viewer',
    within: 'installation',
    notForKeys: true,
    answer: nothing,
    refusals: ofATeam,
  }),
  linkProvider: endpoint(
    'POST',
    '/api/account/provider',
    'The provider’s address where one’s account there is linked',
    {
      access: 'viewer',
      within: 'installation',
      notForKeys: true,
      changes: false,
      body: body(oidcBeginSchema, { back: '/settings/account' }),
      answer: json(oidcBegunSchema, { url: 'https://login.example.org/authorize?…' }),
      refusals: ofATeam,
    },
  ),
  unlinkProvider: endpoint('DELETE', '/api/account/provider', 'Sign in by the provider no longer', {
    access: 'viewer',
    within: 'installation',
    notForKeys: true,
    answer: nothing,
    refusals: ofATeam,
  }),
  endSession: endpoint('DELETE', '/api/account/sessions/{sessionId}', 'End one of one’s sessions', {
    access: 'viewer',
    within: 'installation',
    notForKeys: true,
    answer: nothing,
    refusals: ofATeam,
  }),
  endSessions: endpoint('DELETE', '/api/account/sessions', 'Sign out everywhere, here too', {
    access: 'viewer',
    within: 'installation',
    notForKeys: true,
    answer: nothing,
    refusals: ofATeam,
  }),
}

/** Who is in the team. */
export const memberApi = {
  listMembers: endpoint('GET', '/api/members', 'Everybody with an account, and open invitations', {
    access: 'admin',
    within: 'installation',
    answer: json(membersSchema, { members: [], invitations: [] }),
    refusals: ofATeam,
  }),
  changeMember: endpoint('PATCH', '/api/members/{personId}', 'Change somebody’s role', {
    access: 'admin',
    within: 'installation',
    notForKeys: true,
    records: ['role'],
    body: body(memberPatchSchema, { role: 'launcher' }),
    answer: json(membersSchema),
    refusals: ofATeam,
  }),
  removeMember: endpoint(
    'DELETE',
    '/api/members/{personId}',
    'Remove an account, with its sessions and keys',
    {
      access: 'admin',
      within: 'installation',
      notForKeys: true,
      answer: nothing,
      refusals: ofATeam,
    },
  ),
  signOutMember: endpoint('POST', '/api/members/{personId}/sign-out', 'End all sessions of somebody', {
    access: 'admin',
    within: 'installation',
    notForKeys: true,
    answer: nothing,
    refusals: ofATeam,
  }),
  makePasswordLink: endpoint(
    'POST',
    '/api/members/{personId}/password-link',
    'A link by which somebody sets a new password, shown once',
    {
      access: 'admin',
      within: 'installation',
      notForKeys: true,
      answer: created(passwordLinkSchema),
      refusals: ofATeam,
    },
  ),
  invite: endpoint('POST', '/api/invitations', 'Invite somebody: the link is shown once', {
    access: 'admin',
    within: 'installation',
    notForKeys: true,
    records: ['role', 'email', 'days', 'inDefault', 'projects'],
    body: body(inviteSchema, { role: 'launcher', email: 'bob@example.org' }),
    answer: created(invitedSchema),
    refusals: ofATeam,
  }),
  withdrawInvitation: endpoint('DELETE', '/api/invitations/{invitationId}', 'Take an open invitation back', {
    access: 'admin',
    within: 'installation',
    notForKeys: true,
    answer: nothing,
    refusals: ofATeam,
  }),
}

/** Keys with which programs ask. */
export const keyApi = {
  listKeys: endpoint('GET', '/api/keys', 'One’s own API keys; an admin sees all', {
    access: 'viewer',
    within: 'project',
    notForKeys: true,
    answer: json(apiKeysSchema, { keys: [] }),
    refusals: ofATeam,
  }),
  makeKey: endpoint('POST', '/api/keys', 'Make an API key: it is shown once', {
    access: 'viewer',
    within: 'project',
    notForKeys: true,
    records: ['name', 'role', 'launchOnly', 'days'],
    body: body(newKeySchema, { name: 'nightly', role: 'launcher', launchOnly: true }),
    answer: created(madeKeySchema),
    refusals: ofATeam,
  }),
  revokeKey: endpoint('DELETE', '/api/keys/{keyId}', 'Revoke an API key, at once', {
    access: 'viewer',
    within: 'project',
    notForKeys: true,
    answer: nothing,
    refusals: ofATeam,
  }),
}

/** Runs read by a link, without an account. */
export const shareApi = {
  listShares: endpoint('GET', '/api/runs/{id}/shares', 'Links by which a run is shared', {
    access: 'launcher',
    within: 'run',
    answer: json(sharesSchema, { shares: [] }),
  }),
  shareRun: endpoint('POST', '/api/runs/{id}/shares', 'Share a run read-only by a link, told this once', {
    access: 'launcher',
    within: 'run',
    records: ['days'],
    body: body(newShareSchema, { days: 7 }),
    answer: created(madeShareSchema),
  }),
  withdrawShare: endpoint('DELETE', '/api/runs/{id}/shares/{shareId}', 'Take a link back, at once', {
    access: 'launcher',
    within: 'run',
    answer: nothing,
  }),
  readShared: endpoint('POST', '/api/shared', 'The report of a shared run, by the token of its link', {
    access: 'open',
    within: 'installation',
    changes: false,
    body: body(sharedTokenSchema, { token: 'what follows the # of the link' }),
    answer: json(sharedRunSchema),
    refusals: ['not-found'],
  }),
}

/** Who changed what. */
export const auditApi = {
  searchAudit: endpoint('GET', '/api/audit', 'Acts that changed something, newest first', {
    access: 'admin',
    within: 'every-project',
    query: auditQuerySchema,
    answer: json(auditPageSchema, { entries: [], next: null }),
  }),
  exportAudit: endpoint('GET', '/api/audit/export', 'The whole audit log as JSON lines, oldest first', {
    access: 'admin',
    within: 'every-project',
    answer: { kind: 'file', types: ['application/jsonl'] },
  }),
  verifyAudit: endpoint('GET', '/api/audit/verify', 'Whether the audit log is whole', {
    access: 'admin',
    within: 'every-project',
    answer: json(auditVerdictSchema, { entries: 0, head: '0'.repeat(64), broken: null }),
  }),
}
